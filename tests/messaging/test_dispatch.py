"""What a batch does: who is sent what, once, and what the ledger says afterwards."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.tables import alerts, provider_stops
from gateway.registry.tables import beneficiaries, districts, optouts, payments
from tests.messaging.conftest import Office
from tests.messaging.post import failing
from tests.messaging.village import (
    NOW,
    PAYDAY,
    Village,
    draft,
    ledger,
    number,
    queue,
    states,
)


def reminder(village: Village, index: int = 1, **changes):
    """A reminder of a payment of a new woman; her id and the payment's."""
    woman = village.woman(index, **changes)
    payment = village.payment(woman)
    queue(
        village.database,
        draft(
            index,
            template="payment_due",
            beneficiary_id=woman,
            payment_id=payment,
            params={"due_on": PAYDAY.isoformat()},
        ),
    )
    return woman, payment


def test_a_reminder_names_date_place_and_amount(office: Office, village: Village):
    reminder(village)

    office.send()

    assert office.post.calls == [
        (
            "Grant money 300.000 kip on 27/11 at ໂພນແກ້ວ village. Bring your card.",
            [number(1)],
        )
    ]
    (row,) = ledger(office.database, "state", "provider", "provider_ref", "segments", "attempts")
    assert row == ("accepted", "post", f"ref-{number(1)}", 1, 1)
