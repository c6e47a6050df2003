"""What is true at the moment of sending decides, not what was true when it was planned."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, insert

from gateway.core.programme import PROGRAMME
from gateway.registry.tables import beneficiaries, callers, districts, optouts, payments
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, PAYDAY, Village, draft, ledger, number, queue

YESTERDAY = date(2026, 11, 23)
ANTENATAL = [rule.key for rule in PROGRAMME.rules_on(YESTERDAY).visits if rule.kind == "antenatal"]


def reminder(village: Village, index: int = 1, **woman) -> tuple[UUID, UUID]:
    """A reminder of a payment of a new woman; her id and the payment's."""
    whose = village.woman(index, **woman)
    payment = village.payment(whose)
    about = {"beneficiary_id": whose, "payment_id": payment}
    queue(
        village.database,
        draft(index, template="payment_due", params={"due_on": str(PAYDAY)}, **about),
    )
    return whose, payment


def test_a_reminder_names_date_place_and_amount(office: Office, village: Village):
    reminder(village)

    office.send()

    assert office.provider.calls == [
        ("Grant money 300.000 kip on 27/11 at Ban ໂພນແກ້ວ. Bring your card.", [number(1)])
    ]
    (row,) = ledger(office.database, "state", "provider", "provider_ref", "segments", "attempts")
    assert row == ("accepted", "post", f"ref-{number(1)}", 1, 1)


def test_a_village_travels_in_one_call(office: Office, village: Village):
    for index in range(1, 31):
        reminder(village, index)

    office.send()

    ((_body, numbers),) = office.provider.calls
    assert sorted(numbers) == [number(index) for index in range(1, 31)]


# What changed between planning and sending, and what becomes of the reminder.
CHANGES: list[tuple[str, Table, dict[str, Any], str, str | None]] = [
    ("nothing", beneficiaries, {"updated_at": NOW}, "accepted", None),
    ("she left payment SMS", beneficiaries, {"consent_payment": False}, "suppressed", "no_consent"),
    ("she is suspended", beneficiaries, {"status": "suspended"}, "suppressed", "not_eligible"),
    ("not hers", beneficiaries, {"msisdn_disowned_at": NOW}, "suppressed", "number_disowned"),
    ("no number any more", beneficiaries, {"msisdn": None}, "suppressed", "no_number"),
    ("her course has ended", beneficiaries, {"course_ended_at": NOW}, "accepted", None),
    ("the district is paused", districts, {"paused_at": NOW}, "suppressed", "district_paused"),
    ("she has been paid", payments, {"status": "paid"}, "suppressed", "no_longer_due"),
    ("it is cancelled", payments, {"status": "cancelled"}, "suppressed", "no_longer_due"),
    ("its day has passed", payments, {"due_on": YESTERDAY}, "suppressed", "no_longer_due"),
]


@pytest.mark.parametrize("change", CHANGES, ids=[change[0] for change in CHANGES])
def test_what_is_true_when_it_is_sent_decides(office: Office, village: Village, change):
    _label, table, values, state, reason = change
    whose, payment = reminder(village)
    ids = {beneficiaries: whose, payments: payment, districts: village.district_id}
    village.change(table, ids[table], **values)

    office.send()

    assert ledger(office.database, "state", "reason") == [(state, reason)]
    assert bool(office.provider.calls) == (state == "accepted")


def test_a_new_date_and_place_are_told_though_the_old_ones_were_planned(office, village):
    _whose, payment = reminder(village)
    elsewhere = Village(office.database, "ສະພານ", "Saphan")
    village.change(payments, payment, due_on=date(2026, 12, 1), pay_point_id=elsewhere.pay_point_id)

    office.send()

    assert "01/12" in office.provider.calls[0][0]
    told = f"2026-12-01|{elsewhere.pay_point_id}"
    assert ledger(office.database, "told") == [(told,)]


def test_a_new_number_gets_it_and_stands_in_the_ledger(office: Office, village: Village):
    whose, _payment = reminder(village)
    village.change(beneficiaries, whose, msisdn=number(77))

    office.send()

    assert office.provider.handsets == [number(77)]
    assert ledger(office.database, "msisdn") == [(number(77),)]


def test_the_amount_stays_off_the_phone_of_whoever_set_a_pin(office: Office, village: Village):
    reminder(village, pin_hash="x", pin_salt="y")

    office.send()

    assert "300" not in office.provider.calls[0][0]


def test_the_language_is_the_one_chosen_on_the_number(office: Office, village: Village):
    reminder(village, locale="lo")
    with office.database.writing() as connection:
        connection.execute(
            insert(callers).values(msisdn=number(1), locale="lo_Latn", updated_at=NOW)
        )

    office.send()

    assert "Ban Phonkeo" in office.provider.calls[0][0]


@pytest.mark.parametrize("category", ["payment", "all"])
def test_a_number_that_opted_out_is_left_alone(office: Office, village: Village, category: str):
    reminder(village)
    with office.database.writing() as connection:
        connection.execute(
            insert(optouts).values(msisdn=number(1), category=category, source="sms", at=NOW)
        )

    office.send()

    assert ledger(office.database, "state", "reason") == [("suppressed", "opted_out")]


@pytest.mark.parametrize("elder_child", [None, date(2024, 5, 1)])
def test_a_pregnant_woman_is_told_of_her_own_checks(
    office: Office, village: Village, elder_child: date | None
):
    whose = village.woman(category="pregnant", edd=date(2027, 1, 12), child_dob=elder_child)
    params = {"due_on": "2026-11-24", "place": "centre", "visits": ANTENATAL}
    queue(
        office.database,
        draft(category="health", template="health_check", params=params, beneficiary_id=whose),
    )

    office.send()

    assert ledger(office.database, "state", "reason") == [("accepted", None)]


def test_twins_on_one_phone_are_one_sms(office: Office, village: Village):
    reminder(village, 1)
    reminder(village, 2, msisdn=number(1))

    office.send()

    assert office.provider.handsets == [number(1)]
    assert sorted(ledger(office.database, "state", "reason")) == [
        ("accepted", None),
        ("suppressed", "duplicate"),
    ]


def test_the_same_text_may_come_again_the_next_day(office: Office):
    queue(office.database, draft(1))
    office.send()
    office.later(days=1)
    queue(
        office.database,
        draft(2, msisdn=number(1), not_before_at=office.now, expires_at=office.now + timedelta(1)),
    )

    office.send()

    assert office.provider.handsets == [number(1)] * 2
