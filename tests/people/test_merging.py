"""Two rows of one woman become one, with both histories; nothing is paid or entered twice."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from gateway.core.kinds import CaseKind, EventKind
from gateway.dialogue.effects import record_event
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.people.comparing import compare
from gateway.people.faults import PersonError
from gateway.people.merging import merge
from gateway.people.pairs import find_pairs, say_different, undecided
from gateway.people.registering import plan_registration
from gateway.registry.cases import open_case
from gateway.registry.numbers import former_ids, id_now, number_now
from gateway.registry.pins import check_pin
from gateway.registry.queries import beneficiary_by_registration_no
from gateway.registry.tables import (
    beneficiaries,
    cases,
    events,
    payments,
    pin_attempts,
    visits,
)
from tests.people.conftest import AWAY, KEPT, TWICE, Office
from tests.people.merged import merged, paid
from tests.people.test_registering import NEW
from tests.registry.files import NOW, PEPPERS, TODAY, beneficiary, payment, visit


def test_each_field_stays_as_it_was_decided_and_no_file_undoes_that(twice: Office):
    other = twice.person(AWAY)
    merged(twice, take={"name": "other", "msisdn": "other", "places": "one", "pin": "other"})
    report = twice.importer.beneficiaries(beneficiary())

    hers = twice.person(KEPT)
    assert (hers.name, hers.name_key) == (other.name, other.name_key)
    assert (hers.msisdn, hers.pin_hash) == (other.msisdn, other.pin_hash)
    assert hers.village_id == twice.person("26000001").village_id != other.village_id
    assert set(report.kept[0].columns) == {"msisdn", "name"}
    assert twice.log()[-1] == (
        "beneficiary.merge",
        {
            "merged": ["•••••011", "•••••001"],
            "taken": [None, "name, msisdn, pin"],
            "payments": [None, 0],
            "dropped_cycles": [None, None],
        },
    )


def test_what_is_known_stays_over_what_is_not_unless_somebody_says_otherwise(twice: Office):
    with twice.database.writing() as connection:
        no = beneficiaries.c.registration_no == AWAY
        connection.execute(update(beneficiaries).where(no).values(consent_health=False))
    with twice.database.reading() as connection:
        found = compare(connection, twice.person(KEPT), twice.person(AWAY))

    assert found.defaults["pin"] == "other"
    assert found.defaults["consent_health"] == "other"
    assert "locale" not in found.defaults


def test_both_histories_are_hers(twice: Office):
    kept, away = twice.person(KEPT), twice.person(AWAY)
    twice.importer.payments(payment(KEPT), payment(AWAY, cycle="2026-09", due_on="2026-10-02"))
    twice.importer.visits(visit(KEPT), visit(AWAY, done_on="2026-09-09"), visit(AWAY, visit="bcg"))
    with twice.database.writing() as connection:
        for whose in (kept, away):
            draft = Draft(
                dedupe_key=f"health:{whose.id}:2026-W48", category="health", template="vaccine",
                msisdn=whose.msisdn, locale="lo", not_before_at=NOW, expires_at=NOW,
                beneficiary_id=whose.id,
            )  # fmt: skip
            queue_messages(connection, [draft], now=NOW)
            open_case(
                connection, event_key=f"case {whose.id}", kind=CaseKind.CALL_BACK,
                msisdn=kept.msisdn, beneficiary_id=whose.id, text=whose.registration_no, now=NOW,
            )  # fmt: skip
            check_pin(
                connection, event_key=f"pin {whose.id}", msisdn=kept.msisdn, pin="1",
                registration_no=whose.registration_no, now=NOW, peppers=PEPPERS,
            )  # fmt: skip
        connection.execute(
            insert(events).values(
                id=uuid4(), event_key="e", provider="p", msisdn=kept.msisdn, data={}, result={},
                beneficiary_id=away.id, kind="screened", at=NOW,
            )
        )  # fmt: skip

    merged(twice)

    assert {row.beneficiary_id for row in twice.importer.rows(payments)} == {kept.id}
    done = {(row.visit, row.done_on) for row in twice.importer.rows(visits)}
    assert done == {("penta1", date(2026, 9, 9)), ("bcg", date(2026, 9, 2))}
    assert {row.beneficiary_id for row in twice.importer.rows(events)} == {kept.id}
    assert {row.registration_no for row in twice.importer.rows(pin_attempts)} == {KEPT}
    first, second = twice.importer.rows(cases)
    assert (first.state, first.times, first.text) == ("open", 2, f"{KEPT}\n{AWAY}")
    assert (second.state, second.joined_to) == ("closed", first.number)
    with twice.database.reading() as connection:
        rows = connection.execute(select(messages).order_by(messages.c.id)).all()
        assert former_ids(connection, kept.id) == [away.id]
    assert [(row.state, row.reason) for row in rows] == [
        ("queued", None), ("suppressed", "duplicate"),
    ]  # fmt: skip


# Payments


def test_of_a_cycle_that_both_have_one_payment_stays(twice: Office):
    twice.importer.payments(
        payment(KEPT), payment(AWAY, amount="150000"),
        payment(KEPT, cycle="2026-09", due_on="2026-10-02"),
        payment(AWAY, cycle="2026-09", due_on="2026-10-02", amount="150000", status="paid"),
    )  # fmt: skip

    merged(twice, cycles={"2026-11": "other"})

    assert paid(twice) == {"2026-11": ("scheduled", 150000), "2026-09": ("paid", 150000)}


def test_what_was_paid_out_stays_whatever_is_said(twice: Office):
    twice.importer.payments(
        payment(KEPT, status="paid", due_on="2026-11-20"), payment(AWAY, due_on="2026-11-20")
    )

    with pytest.raises(PersonError, match="was paid out"):
        merged(twice, cycles={"2026-11": "other"})

    assert twice.importer.count(payments) == 2


def test_what_an_sms_said_of_the_payment_that_goes_it_said_of_the_one_that_stays(twice: Office):
    twice.importer.payments(payment(KEPT), payment(AWAY, due_on="2026-12-05"))
    away = twice.person(AWAY)
    with twice.database.writing() as connection:
        goes = connection.execute(
            select(payments.c.id).where(payments.c.beneficiary_id == away.id)
        ).scalar_one()
        draft = Draft(
            dedupe_key="test", category="payment", template="payment_due", msisdn=away.msisdn,
            locale="lo", not_before_at=NOW, expires_at=NOW, beneficiary_id=away.id,
            payment_id=goes,
        )  # fmt: skip
        queue_messages(connection, [draft], now=NOW)

    merged(twice)

    (left,) = twice.importer.rows(payments)
    with twice.database.reading() as connection:
        row = connection.execute(select(messages)).one()
    assert (row.payment_id, row.beneficiary_id) == (left.id, left.beneficiary_id)


# The other number


def test_the_other_number_goes_on_meaning_her(twice: Office):
    merged(twice)
    with twice.database.writing() as connection:
        assert number_now(connection, AWAY) == KEPT
        found = beneficiary_by_registration_no(connection, AWAY, on=TODAY)
        assert found is not None
        assert found.registration_no == KEPT
        result = check_pin(
            connection, event_key="k", msisdn="+8562099912345", registration_no=AWAY, pin="4321",
            now=NOW + timedelta(minutes=1), peppers=PEPPERS,
        )  # fmt: skip
        assert result.outcome == "ok"
        new, places = NEW | {"registration_no": AWAY}, twice.places()
        with pytest.raises(PersonError, match="known already"):
            plan_registration(connection, new, places, twice.desk)


def test_who_dialled_before_may_press_a_key_after(twice: Office):
    away = twice.person(AWAY)
    merged(twice)
    with twice.database.writing() as connection:
        record_event(
            connection, key="k", provider="p", session_id="s", msisdn=away.msisdn,
            kind=EventKind.REMINDERS_STOPPED, now=NOW,
            data={"category": "health", "beneficiary_id": str(away.id)},
        )  # fmt: skip
        assert id_now(connection, away.id) == twice.person(KEPT).id

    assert not twice.person(KEPT).consent_health


def test_a_later_row_for_it_is_reported_as_merged_and_changes_nothing(twice: Office):
    merged(twice)

    report = twice.importer.beneficiaries(TWICE, beneficiary())

    assert (report.new, report.kept[0].columns) == (0, ("merged",))
    assert twice.importer.count(beneficiaries) == 3


def test_payments_under_it_are_hers_and_never_a_second_one_of_a_cycle(twice: Office):
    twice.importer.payments(payment(KEPT), payment(AWAY, cycle="2026-09", due_on="2026-10-02"))
    merged(twice)

    report = twice.importer.payments(
        payment(AWAY, amount="150000"),  # of a cycle in which she has one of her own
        payment(AWAY, cycle="2026-09", due_on="2026-10-02", status="paid"),
        payment(AWAY, cycle="2027-01", due_on="2027-02-05"),
    )

    assert [(one.line, one.columns) for one in report.kept] == [(2, ("merged",))]
    assert paid(twice) == {
        "2026-11": ("scheduled", 300000),
        "2026-09": ("paid", 300000),
        "2027-01": ("scheduled", 300000),
    }
    both = twice.importer.payments(
        payment(KEPT, cycle="2027-03", due_on="2027-04-05"),
        payment(AWAY, cycle="2027-03", due_on="2027-04-05", amount="150000"),
    )
    assert [one.line for one in both.kept] == [3]
    assert paid(twice)["2027-03"] == ("scheduled", 300000)


def test_visits_under_it_are_hers_once(twice: Office):
    merged(twice)

    report = twice.importer.visits(visit(KEPT), visit(AWAY, done_on="2026-09-09"))
    twice.importer.visits(visit(AWAY, visit="bcg"))

    assert [one.line for one in report.kept] == [3]
    later = {("penta1", date(2026, 9, 9)), ("bcg", date(2026, 9, 2))}
    assert {(row.visit, row.done_on) for row in twice.importer.rows(visits)} == later
    earlier = twice.importer.visits(visit(KEPT))
    assert [one.columns for one in earlier.kept] == [("later_visit",)]
    assert {(row.visit, row.done_on) for row in twice.importer.rows(visits)} == later


# Pairs


def test_what_was_decided_of_either_stays_decided_and_the_pair_is_gone(twice: Office):
    twice.importer.beneficiaries(beneficiary("26000012", msisdn="", name="ນາງ ບຸນມີ"))
    for _step in find_pairs(twice.database, now=NOW):
        pass
    third, away = twice.person("26000012"), twice.person(AWAY)
    with twice.database.writing() as connection:
        for pair in connection.execute(undecided()).all():
            if {pair.one_id, pair.other_id} == {third.id, away.id}:
                say_different(connection, pair.id, twice.desk)
    merged(twice)
    for _step in find_pairs(twice.database, now=NOW + timedelta(days=1)):
        pass

    with twice.database.reading() as connection:
        left = connection.execute(undecided()).all()
    ids = {twice.person(KEPT).id, third.id}
    assert all({pair.one_id, pair.other_id} == ids for pair in left)


def test_the_number_that_stays_may_be_the_other_one(twice: Office):
    merged(twice, keeps="other")

    assert twice.person(AWAY).registration_no == AWAY
    with twice.database.reading() as connection:
        assert number_now(connection, KEPT) == AWAY


def test_nobody_is_merged_with_herself_or_with_who_is_gone(twice: Office):
    one, other = twice.person(KEPT), twice.person(AWAY)
    merged(twice)
    for ids in ((one.id, one.id), (one.id, other.id)):
        with pytest.raises(PersonError), twice.database.writing() as connection:
            merge(connection, *ids, keeps="one", take={}, cycles={}, desk=twice.desk)
