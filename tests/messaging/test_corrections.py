"""What changes after a reminder is queued or sent is corrected."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, districts, payments
from tests.messaging.conftest import Office
from tests.messaging.reminding import correct, paid, run, told
from tests.messaging.village import NOW, PAYDAY, Village, ledger, number


def test_a_changed_date_is_corrected_once(office: Office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)

    assert (correct(office), correct(office)) == (1, 0)
    office.send()
    office.later(hours=1)

    assert office.provider.calls[1][0].startswith("CHANGED: grant money now on 01/12")
    assert correct(office) == 0


def test_a_changed_place_is_corrected(office: Office, village: Village):
    payment = told(office, village)
    other = Village(office.database, "ສະພານ", "Saphan")
    village.change(payments, payment, pay_point_id=other.pay_point_id, updated_at=office.now)

    assert correct(office) == 1
    office.send()
    assert "ສະພານ" in office.provider.calls[-1][0]


def test_a_payment_that_moves_there_and_back_is_corrected_every_time(office, village: Village):
    payment = told(office, village)
    for days in (4, 0, 4, 0):
        village.change(payments, payment, due_on=PAYDAY + timedelta(days=days))
        assert correct(office) == 1
        office.send()
        office.later(hours=1)
        assert correct(office) == 0
    # The third is the first over again, on the same day, and not less true.
    assert [body[:34] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: grant money now on 01/12 ",
        "CHANGED: grant money now on 27/11 ",
        "CHANGED: grant money now on 01/12 ",
        "CHANGED: grant money now on 27/11 ",
    ]


def test_a_payment_that_changed_while_its_sms_was_on_its_way_is_corrected(office, village: Village):
    payment = told(office, village)
    before = office.now - timedelta(days=1)  # stamped by an import that began earlier
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=before)

    assert correct(office) == 1


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (payments, {"due_on": PAYDAY + timedelta(days=4)}),
        (payments, {"status": "cancelled"}),
        (beneficiaries, {"status": "suspended"}),
    ],
    ids=["moved", "cancelled", "she is suspended"],
)
def test_what_has_changed_lately_is_corrected_without_a_look_at_all(
    office: Office, village: Village, table: Any, values: Any
):
    whose, payment = paid(village)
    run(office.database)
    office.send()
    office.later(hours=1)
    changed = whose if table is beneficiaries else payment
    village.change(table, changed, **values, updated_at=office.now)

    assert correct(office, changed_since=office.now + timedelta(seconds=1)) == 0
    assert correct(office, changed_since=office.now - timedelta(minutes=30)) == 1
    assert correct(office) == 0


def test_a_paused_district_that_goes_on_is_corrected_by_the_next_look_at_all(
    office: Office, village: Village
):
    payment = told(office, village)
    village.change(districts, village.district_id, paused_at=NOW)
    village.change(payments, payment, status="cancelled", updated_at=NOW)
    assert correct(office) == 0
    village.change(districts, village.district_id, paused_at=None)

    assert correct(office, changed_since=office.now) == 0
    assert correct(office) == 1


def test_many_are_corrected_some_at_a_time(
    office: Office, village: Village, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gateway.messaging.planning.reminders.CORRECTED_AT_ONCE", 2)
    for index in range(1, 6):
        paid(village, index)
    run(office.database)
    office.send()
    office.later(hours=1)
    with office.database.writing() as connection:
        connection.execute(update(payments).values(status="cancelled"))

    assert (correct(office), correct(office)) == (5, 0)


def test_a_payment_cancelled_after_she_was_told_spares_her_the_way(office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, status="cancelled", updated_at=office.now)

    assert (correct(office), correct(office)) == (1, 0)
    office.send()
    office.later(hours=1)

    assert office.provider.calls[1][0] == (
        "CHANGED: a grant payment of 27/11 is cancelled. To ask: dial *123# or call 1234."
    )
    assert correct(office) == 0


def test_a_payment_that_is_on_again_after_it_was_cancelled_is_said_to_be(office, village: Village):
    payment = told(office, village)
    for status in ("cancelled", "scheduled", "cancelled"):
        village.change(payments, payment, status=status, updated_at=office.now)
        assert correct(office) == 1
        office.send()
        office.later(hours=1)

    assert [body.partition(". ")[0] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: a grant payment of 27/11 is cancelled",
        "CHANGED: grant money now on 27/11 at Ban ໂພນແກ້ວ",
        "CHANGED: a grant payment of 27/11 is cancelled",
    ]


def test_a_payment_cancelled_before_anybody_knew_of_it_is_not_mentioned(office, village: Village):
    _whose, payment = paid(village)
    run(office.database)
    village.change(payments, payment, status="cancelled", updated_at=office.now)

    assert correct(office) == 0
    office.send()
    assert office.provider.calls == []


def test_a_payment_cancelled_again_before_anything_was_sent_is_still_taken_back(office, village):
    payment = told(office, village)
    village.change(payments, payment, status="cancelled", updated_at=office.now)
    assert correct(office) == 1
    village.change(payments, payment, status="scheduled", updated_at=office.now)
    office.send()
    village.change(payments, payment, status="cancelled", updated_at=office.now)

    assert (correct(office), correct(office)) == (1, 0)
    office.send()
    assert [body[:42] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: a grant payment of 27/11 is cance"
    ]


def test_what_a_pause_of_the_district_held_back_is_said_when_it_is_over(office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)
    assert correct(office) == 1
    _pause(office, office.now)
    office.send()
    assert correct(office) == 0
    _pause(office, None)

    assert correct(office) == 1
    office.send()
    assert office.provider.calls[-1][0].startswith("CHANGED: grant money now on 01/12")


def _pause(office: Office, at) -> None:
    with office.database.writing() as connection:
        connection.execute(update(districts).values(paused_at=at))


def test_two_on_one_phone_who_move_to_one_day_get_one_correction(office, village: Village):
    (_one, first), (_two, second) = paid(village), paid(village, index=2, msisdn=number(1))
    run(office.database)
    office.send()
    office.later(hours=1)
    village.change(payments, first, due_on=PAYDAY + timedelta(days=2))
    assert correct(office) == 1
    office.send()
    office.later(days=1)
    for payment in (first, second):
        village.change(payments, payment, due_on=PAYDAY + timedelta(days=4))
    assert correct(office) == 2
    office.send()

    assert [body.partition(" at ")[0] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: one grant payment is now on 29/11",
        "CHANGED: grant money now on 01/12",
    ]


def test_two_on_one_phone_were_both_told_by_its_one_sms(office: Office, village: Village):
    (_one, first), (_two, second) = paid(village), paid(village, index=2, msisdn=number(1))
    run(office.database)
    office.send()
    assert sorted(row.state for row in ledger(office.database, "state")) == [
        "accepted",
        "suppressed",
    ]
    for payment in (first, second):
        village.change(payments, payment, due_on=PAYDAY + timedelta(days=4))
        assert correct(office) == 1


def test_a_second_change_is_corrected_again(office: Office, village: Village):
    payment = told(office, village)
    for days in (4, 6):
        village.change(
            payments, payment, due_on=PAYDAY + timedelta(days=days), updated_at=office.now
        )
        assert correct(office) == 1
        office.send()
        office.later(hours=1)

    assert [body[:34] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: grant money now on 01/12 ",
        "CHANGED: grant money now on 03/12 ",
    ]


def test_nobody_is_corrected_who_was_not_told(office: Office, village: Village):
    _whose, payment = paid(village)
    run(office.database)
    office.later(hours=1)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)

    assert correct(office) == 0


def test_a_change_of_the_amount_is_no_reason_to_write(office: Office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, amount=450_000, updated_at=office.now)

    assert correct(office) == 0


def test_a_change_that_is_taken_back_before_the_correction_needs_none(office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)
    village.change(payments, payment, due_on=PAYDAY, updated_at=office.now)

    assert correct(office) == 0


def test_whoever_asked_by_sms_was_told_as_well(office: Office, village: Village):
    payment = told(office, village)
    with office.database.writing() as connection:
        connection.execute(update(messages).values(category="reply", priority=0))
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)

    assert correct(office) == 1


def test_a_woman_who_left_is_not_corrected(office: Office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)
    with office.database.writing() as connection:
        connection.execute(update(beneficiaries).values(consent_payment=False))

    assert correct(office) == 0


def test_a_correction_goes_to_her_number_of_today(office: Office, village: Village):
    payment = told(office, village)
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)
    with office.database.writing() as connection:
        connection.execute(update(beneficiaries).values(msisdn=number(50)))
    correct(office)

    office.send()

    assert office.provider.handsets == [number(1), number(50)]


@pytest.mark.parametrize("odd", ["", "27/11", "2026-02-30|1", "cancelled|1"])
def test_what_nobody_can_read_in_the_ledger_has_told_nothing(office, village: Village, odd):
    payment = told(office, village)
    with office.database.writing() as connection:
        connection.execute(update(messages).values(told=odd))
    village.change(payments, payment, due_on=PAYDAY + timedelta(days=4), updated_at=office.now)

    assert correct(office) == 0
