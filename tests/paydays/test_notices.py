"""When the SMS goes out that says a payment was missed, and why none does: as planning decides."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.tables import messages
from gateway.paydays.marking import mark
from gateway.paydays.notices import Notice, notices
from gateway.registry.tables import beneficiaries, districts, optouts, payments
from tests.paydays.conftest import Office
from tests.registry.files import NOW

A_SECOND = timedelta(seconds=1)
ANN, CLO = "26000001", "26000003"


def missed(office: Office, number: str = ANN) -> None:
    with office.database.writing() as connection:
        mark(connection, office.ids("missed", number), office.desk)


def told(office: Office, number: str = ANN) -> Notice:
    with office.database.reading() as connection:
        [one] = notices(connection, [payments.c.id == office.payment(number).id], office.desk)
    return one


def planned(office: Office) -> list[Any]:
    desk = office.desk
    run_reminders(
        office.database, on=desk.today, hours=desk.hours, default_locale="lo", now=desk.now
    )
    return [row for row in office.importer.rows(messages) if row.template == "payment_missed"]


def changed(office: Office, table: Any, **values: Any) -> None:
    with office.database.writing() as connection:
        connection.execute(update(table).values(**values))


@pytest.mark.parametrize(
    ("hours", "goes_in"),
    [(0, 0), (12, 9), (-4, 2)],
    ids=["at once by day", "in the morning after a night", "not before the day's hour"],
)
def test_it_says_when_planning_will_send(office: Office, hours: int, goes_in: int):
    """The desk opens at 11:00; by night nothing goes before 08:00, and planned is from 09:00 on."""
    office.later(hours=hours)
    missed(office)

    said = told(office)

    assert said.at is not None
    assert said.at == office.desk.now + timedelta(hours=goes_in)
    [message] = planned(office)
    assert message.not_before_at < said.at + A_SECOND  # in which a plan keeps its order
    assert said.at < message.expires_at
    again = told(office)
    assert again.at is not None
    assert said.at <= again.at < said.at + A_SECOND


def test_what_has_gone_out_is_said_with_its_moment(office: Office):
    missed(office)
    planned(office)
    changed(office, messages, state="delivered", sent_at=NOW)

    said = told(office)

    assert (said.gone, said.at) == (True, NOW)


def test_a_payday_long_ago_is_told_of_no_more(office: Office):
    office.later(days=30)
    missed(office)

    assert (told(office).at, told(office).reason) == (None, "too_late")
    assert planned(office) == []


def test_whoever_has_no_phone_is_told_by_somebody(office: Office):
    missed(office, CLO)

    assert told(office, CLO).reason == "no_number"
    assert planned(office) == []


@pytest.mark.parametrize(
    ("table", "values", "reason"),
    [
        (beneficiaries, {"course_ended_at": NOW, "course_ended_reason": "mother_died"}, "died"),
        (beneficiaries, {"consent_payment": False}, "no_consent"),
        (beneficiaries, {"status": "suspended"}, "not_eligible"),
        (districts, {"paused_at": NOW}, "district_paused"),
    ],
)
def test_the_reason_is_that_of_sending(
    office: Office, table: Any, values: dict[str, Any], reason: str
):
    missed(office)
    changed(office, table, **values)

    assert told(office).reason == reason
    assert planned(office) == []


def test_a_number_that_has_left_gets_none(office: Office):
    missed(office)
    with office.database.writing() as connection:
        left = {"msisdn": "+8562055512345", "category": "payment", "source": "t", "at": NOW}
        connection.execute(insert(optouts).values(left))

    assert told(office).reason == "opted_out"


def test_an_sms_that_did_not_go_says_so(office: Office):
    missed(office)
    planned(office)
    changed(office, messages, state="refused", reason="no_answer")

    assert told(office).reason == "no_answer"


def test_what_was_paid_has_no_such_sms(office: Office):
    with office.database.reading() as connection:
        assert notices(connection, [payments.c.cycle == "2026-09"], office.desk) == []
