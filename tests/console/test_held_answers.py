"""Who was held back: on the first page as an alert, on a list of their own, until staff lift it."""

from sqlalchemy import select

from gateway.core.kinds import CaseKind
from gateway.registry.cases import open_case
from gateway.registry.tables import cases
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, STRANGER, hold_back, open_a_case
from tests.service import Service

HELD = "messages/held"


def test_the_first_page_alerts_and_leads_to_the_list(service: Service, staff: Staff):
    hold_back(service, STRANGER)
    page = staff("viewer").get("")

    assert "A phone asks again and again: its answers are held back." in page.words
    assert "/console/messages/held" in page.links()
    assert "9999" not in page.words


def test_a_number_stands_there_masked_with_why_and_how_often(service: Service, staff: Staff):
    hold_back(service, MOTHER, times=3)
    page = staff("viewer").get(HELD)

    assert page.rows() == [
        ["+856 20 ••• 0001", "asked too often in an hour", "3",
         "24 Nov 2026, 09:00", "24 Nov 2026, 09:00"],
    ]  # fmt: skip


def test_whoever_handles_cases_sees_the_number_and_the_audit_log_says_so(service, staff: Staff):
    held = hold_back(service, MOTHER)
    page = staff("operator").submit(f"{HELD}/{held}/number")

    assert "+856 20 5550 0001" in page.words
    with service.database.reading() as connection:
        looked = select(audit_log.c.object_id).where(audit_log.c.action == "reply_limit.unmask")
        assert connection.execute(looked).scalars().all() == [str(held)]


def test_lifting_it_ends_the_alert(service: Service, staff: Staff):
    held = hold_back(service, MOTHER)
    operator = staff("operator")
    page = operator.submit(f"{HELD}/{held}/lift")

    assert "The number gets answers again." in page.words
    assert "Lifted" in page.words
    assert "again and again" not in operator.get("").words


def test_whoever_is_confined_sees_the_numbers_of_their_people(service: Service, staff: Staff):
    hold_back(service, MOTHER)
    hold_back(service, STRANGER)

    assert len(staff("operator", "Sanamxay").get(HELD).rows()) == 1
    assert staff("operator", "Nong").get(HELD).rows() == []


def test_a_case_that_is_said_again_says_how_often(service: Service, staff: Staff):
    for _time in range(3):
        number = open_a_case(service, MOTHER, "not_paid")
    viewer = staff("viewer")

    assert "Said 3 times, last 24 Nov 2026, 09:00" in viewer.get(f"cases/{number}").words
    assert viewer.get("cases/").rows()[0][1] == "I was not paid × 3"


def test_a_case_joined_to_an_older_one_leads_there(service: Service, staff: Staff):
    kept, joined = open_a_case(service, MOTHER, "sms"), open_a_case(service, STRANGER, "sms")
    with service.database.writing() as connection:
        gone = cases.update().where(cases.c.number == joined)
        connection.execute(gone.values(state="closed", joined_to=kept))

    assert f"/console/cases/{kept}" in staff("viewer").get(f"cases/{joined}").links()


def test_a_case_is_not_opened_again_beside_a_newer_one(service: Service, staff: Staff):
    first = open_a_case(service, MOTHER, "not_paid")
    operator = staff("operator")
    operator.submit(f"cases/{first}/close", {"outcome": "paid"})
    open_a_case(service, MOTHER, "not_paid")
    page = operator.submit(f"cases/{first}/reopen")

    assert "that case is open: go on there" in page.words
    with service.database.reading() as connection:
        states = connection.execute(select(cases.c.state).order_by(cases.c.number)).scalars().all()
    assert states == ["closed", "open"]


def test_a_sender_that_is_no_phone_is_shown_and_not_answered(service: Service, staff: Staff):
    with service.database.writing() as connection:
        number = open_case(
            connection, event_key="sms:1", kind=CaseKind.SMS, msisdn="M-Money",
            text="Your balance is low", now=service.clock(),
        )  # fmt: skip
    page = staff("operator").get(f"cases/{number}")

    assert "M-Money" in page.words
    assert "This sender is no phone: it cannot be answered." in page.words
    assert not page.all(".//form[@action='/console/cases/1/answer']")
