"""Answers of the staff's own that stand ready in a case."""

from uuid import UUID

import pytest
from sqlalchemy import select

from gateway.messaging.tables import messages
from gateway.staff.tables import ready_answers
from tests.console.conftest import Staff, district_id, lines_of_the_log
from tests.console.happenings import MOTHER, keep_answer, open_a_case
from tests.console.html import Page
from tests.console.plain_browser import PlainBrowser
from tests.service import Service

OPEN_ON_SUNDAY = {
    "lo": "ຫ້ອງການເປີດວັນອາທິດນີ້",
    "lo_Latn": "Hongkan peut van athit ni",
    "en": "The office is open this Sunday",
}


@pytest.fixture
def sanamxay(service: Service) -> int:
    with service.database.reading() as connection:
        return district_id(connection, "Sanamxay")


def _change(reader: PlainBrowser, answer_id: UUID) -> None:
    path = f"cases/answers/{answer_id}"
    reader.submit(path, reader.get(path).fields(f"/console/{path}") | OPEN_ON_SUNDAY)


def _texts(page: Page) -> list[str]:
    return [row[0] for row in page.rows()]


def test_one_that_was_added_is_taken_into_an_sms_in_the_callers_language(
    service: Service, staff: Staff
):
    number = open_a_case(service, MOTHER)
    admin = staff("admin")

    page = admin.submit("cases/answers", OPEN_ON_SUNDAY)
    case = admin.get(f"cases/{number}?in=en")
    (take,) = [link for link in case.links() if "ready=0" in link]
    taken = admin.get(take.removeprefix("/console/"))

    assert page.flashes() == ["The answer stands ready from now on."]
    assert page.rows()[0][1] == "All districts"
    assert taken.fields(f"/console/cases/{number}/answer")["answer"] == OPEN_ON_SUNDAY["en"]
    admin.submit(f"cases/{number}/answer", {"answer": OPEN_ON_SUNDAY["en"]})
    with service.database.reading() as connection:
        (params,) = connection.execute(select(messages.c.params)).scalars()
    assert params == {"text": OPEN_ON_SUNDAY["en"]}


def test_the_list_says_what_each_language_costs(service: Service, staff: Staff):
    keep_answer(service, "ກ" * 71)

    (text,) = _texts(staff("approver").get("cases/answers"))

    assert "Lao, 2 SMS" in text
    assert "Lao in Latin letters, 1 SMS Khopchai" in text


@pytest.mark.parametrize(
    ("locale", "text", "error"),
    [
        ("lo", "", "Lao: Fill this in."),
        ("lo", "ກ" * 202, "Lao: This is 4 SMS; write at most 3."),
        ("en", "You get 300,000 kip", "An SMS of staff names no amount"),
        ("lo_Latn", "thupha", "An SMS of staff says nothing about health"),
        ("lo", "ແມ່ຖືພາ", "An SMS of staff says nothing about health"),
    ],
)
def test_none_is_kept_that_could_not_be_sent(
    service: Service, staff: Staff, locale: str, text: str, error: str
):
    page = staff("admin").post("cases/answers", OPEN_ON_SUNDAY | {locale: text}, 200)

    (said,) = page.errors()
    assert error in said
    with service.database.reading() as connection:
        assert connection.execute(select(ready_answers)).all() == []


def test_a_changed_one_reads_otherwise_and_a_retired_one_is_offered_no_more(
    service: Service, staff: Staff
):
    number, answer_id = open_a_case(service, MOTHER), keep_answer(service)
    admin = staff("admin")

    _change(admin, answer_id)
    assert OPEN_ON_SUNDAY["lo"] in admin.get(f"cases/{number}?in=lo").words

    page = admin.submit(f"cases/answers/{answer_id}/retire")
    assert page.flashes() == ["The answer is offered no more."]
    assert OPEN_ON_SUNDAY["lo"] not in admin.get(f"cases/{number}?in=lo").words
    admin.post(f"cases/answers/{answer_id}", OPEN_ON_SUNDAY, 404)


def test_who_saved_over_a_change_of_somebody_else_is_told_first(service: Service, staff: Staff):
    answer_id = keep_answer(service)
    path = f"cases/answers/{answer_id}"
    admin = staff("admin")
    opened = admin.get(path).fields(f"/console/{path}")
    service.clock.move(minutes=1)
    _change(staff("approver"), answer_id)

    page = admin.post(path, opened | {"en": "Thanks"}, 200)

    assert "This was changed after you opened it" in page.errors()[0]


def test_a_district_has_its_own_and_leaves_those_of_all(
    service: Service, staff: Staff, sanamxay: int
):
    of_all, of_nong = keep_answer(service, "ສະບາຍດີ"), staff("approver", "Nong")
    number = open_a_case(service, MOTHER)

    of_nong.submit("cases/answers", OPEN_ON_SUNDAY)
    here = staff("approver", "Sanamxay")

    assert [row[1] for row in of_nong.get("cases/answers").rows()] == ["All districts", "Nong"]
    assert len(_texts(here.get("cases/answers"))) == 1
    assert "ສະບາຍດີ" in here.get(f"cases/{number}?in=lo").words
    assert OPEN_ON_SUNDAY["lo"] not in here.get(f"cases/{number}?in=lo").words
    here.post(f"cases/answers/{of_all}/retire", {}, 404)


def test_who_answers_cases_takes_them_and_changes_none(service: Service, staff: Staff):
    number, _kept = open_a_case(service, MOTHER), keep_answer(service, "ສະບາຍດີ")
    operator = staff("operator")

    case = operator.get(f"cases/{number}?in=lo")

    assert "ສະບາຍດີ" in case.words
    assert "/console/cases/answers" not in case.links()


def test_each_change_is_in_the_audit_log(service: Service, staff: Staff, sanamxay: int):
    answer_id = keep_answer(service, district_id=sanamxay)
    admin = staff("admin", email="a@example.la")

    _change(admin, answer_id)
    admin.submit(f"cases/answers/{answer_id}/retire")

    changed, retired = lines_of_the_log(service)[-2:]
    assert (changed.action, changed.object_id) == ("answer.change", str(answer_id))
    assert changed.changes["en"] == ["Thank you", OPEN_ON_SUNDAY["en"]]
    assert (retired.action, retired.district_id) == ("answer.retire", sanamxay)
