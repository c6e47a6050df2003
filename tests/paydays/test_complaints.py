"""Which payment "I was not paid" is about, and what may be answered."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from gateway.core.kinds import CaseKind
from gateway.paydays.answers import ready_answer
from gateway.registry.cases import open_case
from gateway.registry.complaints import complains_of
from gateway.registry.tables import cases, payments
from tests.paydays.conftest import AHEAD, PAST, Office
from tests.paydays.desks import ZONE

ANN = "26000001"


def about(office: Office, opened_at: datetime, kind: str = "not_paid") -> list[str]:
    """The cycles that a complaint of hers is about."""
    with office.database.writing() as connection:
        open_case(
            connection, event_key="test", kind=CaseKind(kind), msisdn="+8562055512345",
            beneficiary_id=office.payment(ANN).beneficiary_id, now=opened_at,
        )  # fmt: skip
    with office.database.reading() as connection:
        found = select(payments.c.cycle).join(cases, complains_of(connection, ZONE))
        return list(connection.execute(found).scalars())


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "opened_at", "cycles"),
    [
        ("before any payday", noon(date(2026, 11, 1)), []),
        ("on the day", noon(PAST), ["2026-09"]),
        ("between the two", noon(date(2026, 11, 30)), ["2026-09"]),
        ("the night before the next", datetime(2026, 12, 3, 16, 59, tzinfo=UTC), ["2026-09"]),
        ("the next day has begun there", datetime(2026, 12, 3, 17, 1, tzinfo=UTC), ["2026-11"]),
        ("after the next", noon(date(2027, 1, 4)), ["2026-11"]),
    ],
)
def test_a_complaint_is_about_the_last_payday_before_it(
    office: Office, label: str, opened_at: datetime, cycles: list[str]
):
    assert about(office, opened_at) == cycles, label
    assert date(2026, 12, 4) == AHEAD


def test_another_kind_of_case_is_about_no_payment(office: Office):
    assert about(office, noon(date(2026, 11, 30)), "call_back") == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("paid", "Our list says: grant money of 20/11 was paid."),
        ("missed", "The grant money of 20/11 was not paid out. It is still yours."),
        ("scheduled", "We are looking into your payment. Case number 17."),
    ],
)
def test_the_answer_fits_how_the_payment_stands(status: str, says: str):
    ready = ready_answer(date(2026, 11, 20), status, 17, locale="en", hotline="1234", gettext=str)

    assert ready.startswith(says)
