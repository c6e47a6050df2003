"""Several payments on one phone: what is told of them is never half."""

from datetime import timedelta

import pytest

from gateway.registry.tables import payments
from tests.messaging.conftest import Office
from tests.messaging.reminding import TODAY, correct, paid, run
from tests.messaging.village import NOW, PAYDAY, Village, ledger, number


def first_sms(office: Office, village: Village) -> str:
    """What one handset gets three days before, in one SMS."""
    run(office.database)
    office.send()
    ((body, numbers),) = office.provider.calls
    assert len(numbers) == 1
    return body


def test_arrears_paid_on_one_day_are_told_as_one_sum(office: Office, village: Village):
    whose, _payment = paid(village)
    village.payment(whose, cycle="2026-07", amount=450_000)
    village.payment(whose, cycle="2026-05", status="cancelled")
    village.payment(whose, cycle="2027-01", due_on=PAYDAY + timedelta(days=60))

    assert first_sms(office, village) == (
        "Grant money 750.000 kip on 27/11 at Ban ໂພນແກ້ວ. Bring your card."
    )
    assert {row.told for row in ledger(office.database, "told")} == {
        f"{PAYDAY}|{village.pay_point_id}"
    }


def test_two_who_share_a_phone_are_told_together(office: Office, village: Village):
    paid(village)
    second, _payment = paid(village, index=2, msisdn=number(1))
    village.payment(second, cycle="2026-09")

    assert first_sms(office, village) == (
        "Grant money of 2 people, 900.000 kip in all, on 27/11 at Ban ໂພນແກ້ວ."
    )


def test_one_pin_on_a_shared_phone_keeps_every_amount_off_it(office: Office, village: Village):
    paid(village)
    paid(village, index=2, msisdn=number(1), pin_hash="x", pin_salt="y")

    assert first_sms(office, village) == (
        "Grant money of 2 people on 27/11 at Ban ໂພນແກ້ວ. Bring all cards."
    )


@pytest.mark.parametrize(
    "changes", [{"consent_payment": False}, {"status": "suspended"}, {"msisdn_disowned_at": NOW}]
)
def test_who_is_told_nothing_is_not_counted_in(office: Office, village: Village, changes):
    paid(village)
    paid(village, index=2, msisdn=number(1), **changes)

    assert first_sms(office, village).startswith("Grant money 300.000 kip on 27/11")


def test_two_days_or_places_on_one_phone_are_two_sms(office: Office, village: Village):
    paid(village)
    second = village.woman(2, msisdn=number(1), child_dob=None)
    other = Village(office.database, "ສະພານ", "Saphan")
    village.payment(second, pay_point_id=other.pay_point_id)
    run(office.database)
    office.send()

    bodies = sorted(body for body, _numbers in office.provider.calls)
    assert [body.partition(" at ")[0] for body in bodies] == [
        "Grant money 300.000 kip on 27/11"
    ] * 2


def test_one_of_two_that_is_cancelled_leaves_the_other_as_it_was(office, village: Village):
    whose, payment = paid(village)
    other = village.payment(whose, cycle="2026-09")
    first_sms(office, village)
    office.later(hours=1)
    village.change(payments, other, status="cancelled")

    assert correct(office) == 1
    office.send()
    office.later(days=1)
    run(office.database, PAYDAY - timedelta(days=1))
    office.later(days=1)
    office.send()

    assert [body.partition(" at ")[0] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: a grant payment of 27/11 is cancelled. To ask: dial *123# or call 1234.",
        "Grant money 300.000 kip on 27/11",
    ]
    assert payment


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("paid", "One grant payment of 22/11 was not paid out. It is still yours. Call 1234."),
        ("missed", "The grant money of 22/11 was not paid out. It is still yours. Call 1234."),
        ("cancelled", "The grant money of 22/11 was not paid out. It is still yours. Call 1234."),
    ],
)
def test_one_of_two_that_was_missed_is_said_to_be_one(office, village: Village, other, said):
    day = TODAY - timedelta(days=2)
    (_one, first), (_two, second) = paid(village), paid(village, index=2, msisdn=number(1))
    village.change(payments, first, status="missed", due_on=day)
    village.change(payments, second, status=other, due_on=day)
    run(office.database)
    office.later(hours=1)
    office.send()

    assert office.provider.calls == [(said, [number(1)])]


def test_one_of_two_that_moves_is_said_to_be_one(office: Office, village: Village):
    whose, payment = paid(village)
    village.payment(whose, cycle="2026-09")
    first_sms(office, village)
    office.later(hours=1)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=3))

    assert correct(office) == 1
    office.send()

    assert office.provider.calls[1][0] == (
        "CHANGED: one grant payment is now on 30/11 at Ban ໂພນແກ້ວ."
    )
