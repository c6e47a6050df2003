"""One person's data: seen, on paper, as a file, and erased by two people."""

import json

import pytest

from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, beneficiary_of
from tests.console.people import person
from tests.service import Service

NAME = "ນາງ ບຸນມີ ໄຊຍະວົງ"


@pytest.fixture
def page(service: Service) -> str:
    return f"own-data/{beneficiary_of(service, MOTHER)}"


def test_what_is_held_and_what_an_erasure_does_is_said_before(page: str, staff: Staff):
    shown = staff("operator").get(page)

    rows = {row[0]: row[1:] for row in shown.rows()}
    assert rows["Her payments"] == [
        "2", "Stays without her",
        "What public money was paid, when and where, has to be accounted for.",
    ]  # fmt: skip
    assert rows["Her health visits"][1:] == ["Goes", "–"]
    assert rows["Her details"][:2] == ["1", "Stays without her"]


def test_her_paper_is_in_lao_whoever_prints_it(page: str, service: Service, staff: Staff):
    paper = staff("operator").post(f"{page}/paper", status=200)

    assert NAME in paper.words
    assert "26000001" in paper.words
    assert "+856 20 5550 0001" in paper.words
    assert paper.tree.get("lang") == "lo"
    assert lines_of_the_log(service)[-1].action == "person_data.take"


def test_the_file_holds_all_of_it(page: str, service: Service, staff: Staff):
    answer = staff("operator").send(f"{page}/data.json")

    data = json.loads(answer.data)
    assert data["held"]["beneficiaries"][0]["name"] == NAME
    assert len(data["held"]["payments"]) == 2
    assert "attachment" in answer.headers["Content-Disposition"]
    assert lines_of_the_log(service)[-1].action == "person_data.take"


def test_one_asks_and_another_decides(page: str, service: Service, staff: Staff):
    operator, approver = staff("operator"), staff("approver")

    asked = operator.submit(f"{page}/ask", {"reason": "She wants it"})
    assert asked.flashes() == ["It is asked for: somebody else has to decide."]
    assert "registration_no" not in asked.text
    assert "She wants it" in approver.get(page).words
    refused = approver.submit(f"{page}/erase", {"registration_no": "26000002"})
    assert "That is not her registration number." in refused.words
    done = approver.submit(f"{page}/erase", {"registration_no": "26000001"})

    assert done.flashes() == ["It is done. What was erased, and what stays, stands below."]
    assert NAME not in done.text
    assert {row[0]: row[1] for row in done.rows()}["Her payments"] == "2"
    assert person(service) is None
    approver.get(page.replace("own-data", "beneficiaries"), 404)
    assert "Xainyavong" not in approver.get("beneficiaries/?q=bounmi").words
    assert approver.get("own-data/").rows()[0][1:3] == ["–", "Erased"]


def test_whoever_asked_is_not_offered_to_decide(page: str, staff: Staff):
    approver = staff("approver")
    approver.submit(f"{page}/ask", {"reason": "She wants it"})

    shown = approver.submit(f"{page}/erase", {"registration_no": "26000001"})

    assert "Somebody else has to decide: it takes two people." in shown.words
    assert "Erase her data for ever" not in shown.words


def test_it_is_taken_back(page: str, staff: Staff):
    operator = staff("operator")
    operator.submit(f"{page}/ask", {"reason": "She wants it"})

    shown = operator.submit(f"{page}/withdraw")

    assert shown.flashes() == ["It is taken back: nothing is erased."]
    again = staff("approver").submit(f"{page}/erase", {"registration_no": "26000001"})
    assert "Her erasure was taken back or done meanwhile." in again.words


def test_asking_needs_a_reason(page: str, staff: Staff):
    assert staff("operator").post(f"{page}/ask", {"reason": " "}, 200).errors() == [
        "Why: Fill this in."
    ]


def test_an_erasure_that_waits_stands_on_today(page: str, staff: Staff):
    operator = staff("operator")
    assert "erasure" not in operator.get("").words
    operator.submit(f"{page}/ask", {"reason": "She wants it"})

    assert "1 erasure to decide" in staff("approver").get("").words
