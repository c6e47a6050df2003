"""Cases as another system deals with them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from gateway.core.kinds import CaseKind
from gateway.messaging.tables import messages
from gateway.registry.cases import open_case
from gateway.registry.learning import changes
from gateway.registry.tables import beneficiaries
from gateway.staff.tables import audit_log, case_notes
from tests.api.conftest import System
from tests.service import Service

Systems = Callable[..., System]
TEXT = "ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ"


@pytest.fixture
def her(service: Service) -> Any:
    with service.database.reading() as connection:
        wanted = select(beneficiaries).where(beneficiaries.c.msisdn.is_not(None))
        return connection.execute(wanted.order_by(beneficiaries.c.registration_no)).first()


@pytest.fixture
def number(service: Service, her: Any) -> int:
    return opened(service, her, CaseKind.NOT_PAID)


def opened(service: Service, her: Any, kind: CaseKind) -> int:
    with service.database.writing() as connection:
        return open_case(
            connection, event_key=f"sms:{kind}", kind=kind, msisdn=her.msisdn,
            beneficiary_id=her.id, text=TEXT, now=service.clock(),
        )  # fmt: skip


def read(answer: TestResponse) -> Any:
    return answer.json


def rows(service: Service, table: Any) -> list[Any]:
    with service.database.reading() as connection:
        return list(connection.execute(select(table)))


def learnt(service: Service) -> list[str]:
    return [row.kind for row in rows(service, changes) if row.kind.startswith("case.")]


def test_a_case_is_read_noted_answered_and_closed(
    service: Service, system: Systems, her: Any, number: int
):
    desk = system("cases:write")

    (case,) = read(desk.get("/cases?state=open&kind=not_paid"))["items"]
    assert (case["number"], case["text"]) == (number, TEXT)
    assert case["registration_no"] == her.registration_no
    assert desk("POST", f"/cases/{number}/notes", {"text": "called"}).status_code == 200
    answered = desk("POST", f"/cases/{number}/answer", {"text": "ພວກເຮົາກຳລັງກວດ"})
    assert answered.status_code == 200
    closed = read(desk("POST", f"/cases/{number}/close", {"outcome": "paid"}))

    assert closed["state"] == "closed"
    assert [one["kind"] for one in closed["notes"]] == ["note", "answered", "closed"]
    assert {one["by"] for one in closed["notes"]} == {"api:registry"}
    assert closed["notes"][1]["message_state"] == "queued"
    assert learnt(service) == ["case.opened", "case.noted", "case.answered", "case.closed"]
    done = [row.action for row in rows(service, audit_log) if row.kind == "case"]
    assert done == ["case.note", "case.answer", "case.close"]


@pytest.mark.parametrize("text", ["", " ", "500000 ກີບ", "HIV", "ກ" * 300, "x" * 2001])
def test_an_answer_says_no_more_than_one_of_staff(
    service: Service, system: Systems, number: int, text: str
):
    refused = system("cases:write")("POST", f"/cases/{number}/answer", {"text": text})

    assert (refused.status_code, read(refused)["errors"][0]["field"]) == (422, "text")
    assert rows(service, case_notes) == []


def test_whoever_answers_at_a_disowned_number_gets_no_sms(
    service: Service, system: Systems, her: Any
):
    stranger = opened(service, her, CaseKind.NUMBER_DISOWNED)

    assert system("cases:write")(
        "POST", f"/cases/{stranger}/answer", {"text": "hello"}
    ).status_code == 422  # fmt: skip


def test_what_is_over_is_not_done_twice(system: Systems, number: int):
    desk = system("cases:write")
    desk("POST", f"/cases/{number}/close", {"outcome": "paid"})

    for path, body in (("answer", {"text": "hello"}), ("close", {"outcome": "paid"})):
        assert desk("POST", f"/cases/{number}/{path}", body).status_code == 422


def test_a_key_for_tests_changes_nothing(service: Service, system: Systems, number: int):
    desk = system("cases:write", kind="test")

    closed = read(desk("POST", f"/cases/{number}/close", {"outcome": "paid"}))

    assert closed["state"] == "closed"
    assert read(desk.get(f"/cases/{number}"))["state"] == "open"
    assert learnt(service) == ["case.opened"]


def test_a_team_answers_its_own_numbers_alone(
    service: Service, system: Systems, her: Any, number: int
):
    said = ("POST", f"/cases/{number}/answer", {"text": "hello"})

    assert system("cases:write", kind="team")(*said).status_code == 422
    assert rows(service, messages) == []
    ours = system("cases:write", kind="team", numbers=[her.msisdn])
    assert ours(*said).status_code == 200


@pytest.mark.parametrize(
    "number", ["0", "999", "x", str(2**63), "9" * 40, "9" * 5000, "-1", "%00", "໑"]
)
def test_a_case_that_is_none_is_not_found(system: Systems, number: str):
    assert system("cases:read").get(f"/cases/{number}").status_code == 404


def test_a_key_of_another_district_finds_nothing(system: Systems, her: Any, number: int):
    elsewhere = system("cases:write", district_id=1 if her.district_id != 1 else 2)

    assert read(elsewhere.get("/cases"))["items"] == []
    assert elsewhere("POST", f"/cases/{number}/close", {"outcome": "x"}).status_code == 404


def test_the_list_goes_on_where_it_ended(service: Service, system: Systems, her: Any, number: int):
    other = opened(service, her, CaseKind.CALL_BACK)
    desk = system("cases:read")

    first = read(desk.get("/cases?limit=1"))
    second = read(desk.get(f"/cases?limit=1&after={first['next']}"))

    assert [one["items"][0]["number"] for one in (first, second)] == [number, other]
    assert second["next"] is None
    assert desk.get("/cases?after=x").status_code == 400
