"""Two rows of one woman become one, with both histories; nothing is paid or entered twice."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from gateway.casework.mothers import woman_numbered
from gateway.core.kinds import CaseKind, EventKind
from gateway.dialogue.effects import record_event
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.paydays.sheets import Sheet, women_on
from gateway.paydays.typed_lists import read_list
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
    dropped_payments,
    events,
    optouts,
    payments,
    pin_attempts,
    visits,
)
from tests.people.conftest import ELSEWHERE, Office
from tests.people.test_registering import NEW
from tests.registry.files import NOW, PEPPERS, TODAY, beneficiary, payment, result, visit

KEPT, AWAY = "26000001", "26000011"
TWICE = beneficiary(AWAY, name="ນາງ ບຸນມີ", msisdn="02055599999", village="ນາໄຮ", pin="4321")


@pytest.fixture
def twice(office: Office) -> Office:
    """She is registered a second time, under the number AWAY."""
    office.importer.beneficiaries(TWICE)
    return office


def merged(office: Office, *, keeps: Any = "one", take: Any = None, cycles: Any = None) -> UUID:
    one, other = office.person(KEPT), office.person(AWAY)
    with office.database.writing() as connection:
        return merge(
            connection, one.id, other.id, keeps=keeps, take=take or {}, cycles=cycles or {},
            desk=office.desk,
        )  # fmt: skip


def paid(office: Office) -> dict[str, tuple[str, int]]:
    """{cycle: (status, amount)} of everybody's payments."""
    return {row.cycle: (row.status, row.amount) for row in office.importer.rows(payments)}


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


# What was decided of payments stays, whatever later files say


CHOSEN, OTHERS = "2026-12-07", "2026-12-14"


def decided(office: Office) -> None:
    """Both had a payment of 2026-11; that of the number that went was chosen."""
    office.importer.payments(
        payment(KEPT, due_on=OTHERS), payment(AWAY, due_on=CHOSEN, amount="150000")
    )
    merged(office, cycles={"2026-11": "other"})


@pytest.mark.parametrize(
    ("label", "numbers", "kept"),
    [
        ("both numbers, as the payer still has them", (AWAY, KEPT), [(3, ("merged",))]),
        ("the other way round", (KEPT, AWAY), [(2, ("merged",))]),
        ("the number that stayed", (KEPT,), [(2, ("due_on", "amount"))]),
        ("the other one", (AWAY,), []),
    ],
)
def test_the_payment_that_was_chosen_stays_whichever_number_a_file_says(
    twice: Office, label: str, numbers: tuple[str, ...], kept: list[Any]
):
    decided(twice)
    rows = {
        KEPT: payment(KEPT, due_on=OTHERS), AWAY: payment(AWAY, due_on=CHOSEN, amount="150000"),
    }  # fmt: skip

    report = twice.importer.payments(*(rows[one] for one in numbers))

    (left,) = twice.importer.rows(payments)
    assert (left.due_on, left.amount) == (date.fromisoformat(CHOSEN), 150000), label
    assert report.errors == ()
    assert (report.new, report.changed) == (0, 0)
    assert [(one.line, one.columns) for one in report.kept] == kept


@pytest.mark.parametrize("first", [KEPT, AWAY])
def test_a_new_word_over_what_was_chosen_is_reported_and_kept(twice: Office, first: str):
    decided(twice)

    report = twice.importer.payments(
        *(payment(one, due_on="2026-12-21", amount="450000")
          for one in (first, KEPT if first == AWAY else AWAY))
    )  # fmt: skip

    (left,) = twice.importer.rows(payments)
    assert (left.due_on, left.amount) == (date.fromisoformat(CHOSEN), 150000)
    assert {one.columns for one in report.kept} == {("merged",), ("due_on", "amount")}


def test_what_both_said_alike_nobody_decided_and_a_file_goes_on_leading(twice: Office):
    twice.importer.payments(payment(KEPT), payment(AWAY))
    merged(twice, cycles={"2026-11": "other"})

    twice.importer.payments(payment(KEPT, due_on="2026-12-09"), payment(AWAY, due_on="2026-12-08"))

    (left,) = twice.importer.rows(payments)
    assert left.due_on == date(2026, 12, 8)  # of the number that it came under


@pytest.mark.parametrize("chosen", ["one", "other"])
@pytest.mark.parametrize("says_paid", [KEPT, AWAY])
@pytest.mark.parametrize("alone", [True, False])
def test_paid_under_either_number_is_paid_and_stays_so(
    twice: Office, *, chosen: str, says_paid: str, alone: bool
):
    due = {KEPT: "2026-11-19", AWAY: "2026-11-20"}
    twice.importer.payments(*(payment(one, due_on=due[one]) for one in due))
    merged(twice, cycles={"2026-11": chosen})
    (before,) = twice.importer.rows(payments)
    planned = [payment(one, due_on=due[one]) for one in due if one != says_paid and not alone]

    report = twice.importer.payments(
        payment(says_paid, due_on=due[says_paid], status="paid"), *planned
    )
    again = twice.importer.payments(*(payment(one, due_on=due[one]) for one in due))
    own = AWAY if chosen == "other" else KEPT

    assert report.errors == again.errors == ()
    (left,) = twice.importer.rows(payments)
    assert (left.due_on, left.pay_point_id) == (before.due_on, before.pay_point_id)
    if says_paid != own:
        assert left.status == "paid"  # her own row never said otherwise than "planned"
        assert {("merged_paid",), ("status",)} <= {
            one.columns for one in (*report.kept, *again.kept)
        }
    else:
        assert report.changed == 1  # and the payer has taken it back since, under its own number


def test_a_payment_that_came_under_the_other_number_is_led_by_it(twice: Office):
    merged(twice)
    twice.importer.payments(payment(AWAY, due_on="2026-11-20"))

    report = twice.importer.payments(payment(AWAY, due_on="2026-11-20", status="paid"))

    assert (report.changed, report.kept) == (1, ())
    assert paid(twice)["2026-11"] == ("paid", 300000)


def test_payments_made_under_either_number_count(twice: Office):
    due = "2026-11-20"
    twice.importer.payments(payment(KEPT, due_on=due), payment(AWAY, due_on=due))
    merged(twice)

    report = twice.importer.results(result(KEPT, status="missed"), result(AWAY))

    assert [(one.line, one.columns) for one in report.kept] == [(3, ("merged_paid",))]
    assert paid(twice)["2026-11"] == ("paid", 300000)


def test_not_paid_under_the_other_number_says_nothing_of_hers(twice: Office):
    due = "2026-11-20"
    twice.importer.payments(payment(KEPT, due_on=due), payment(AWAY, due_on=due))
    merged(twice)

    report = twice.importer.results(result(AWAY, status="missed"))

    assert [one.columns for one in report.kept] == [("merged",)]
    assert paid(twice)["2026-11"] == ("scheduled", 300000)


# Paid twice


def test_that_both_were_paid_is_remembered_and_in_the_log(twice: Office):
    twice.importer.payments(
        payment(KEPT, status="paid", due_on="2026-11-20"),
        payment(AWAY, status="paid", due_on="2026-11-19", amount="150000"),
    )
    with twice.database.reading() as connection:
        found = compare(connection, twice.person(KEPT), twice.person(AWAY))
    assert found.paid_twice == ("2026-11",)

    merged(twice, cycles={"2026-11": "one"})

    (gone,) = twice.importer.rows(dropped_payments)
    assert (gone.registration_no, gone.status, gone.amount) == (AWAY, "paid", 150000)
    assert twice.log()[-1][1]["paid_twice"] == [None, "2026-11: 300000 + 150000"]


def test_what_a_later_file_pays_under_both_numbers_is_remembered_too(twice: Office):
    due = "2026-11-20"
    merged(twice)
    rows = [payment(KEPT, due_on=due), payment(AWAY, due_on=due, amount="150000")]
    twice.importer.payments(*rows)

    for _again in range(2):
        report = twice.importer.payments(*(one | {"status": "paid"} for one in rows))

    assert [one.columns for one in report.kept] == [("paid_twice",)]
    (gone,) = twice.importer.rows(dropped_payments)
    assert (gone.registration_no, gone.status, gone.amount) == (AWAY, "paid", 150000)


def test_whose_phone_it_is_goes_with_the_number(twice: Office):
    twice.importer.beneficiaries(beneficiary(phone_owner="self"))
    twice.importer.beneficiaries(TWICE | {"phone_owner": "neighbour"})
    with twice.database.reading() as connection:
        found = compare(connection, twice.person(KEPT), twice.person(AWAY))
    assert "phone_owner" not in found.defaults

    merged(twice, take={"msisdn": "other"})

    assert twice.person(KEPT).phone_owner == "neighbour"
    assert "phone_owner" in twice.person(KEPT).set_here


def test_of_one_number_it_is_a_choice_of_its_own(twice: Office):
    twice.importer.beneficiaries(beneficiary(phone_owner="self"))
    twice.importer.beneficiaries(TWICE | {"msisdn": "020 5551 2345", "phone_owner": "family"})

    merged(twice, take={"phone_owner": "other"})

    assert twice.person(KEPT).phone_owner == "family"


# Two districts


def test_payments_to_come_follow_her_into_the_district_that_stays(twice: Office):
    twice.importer.beneficiaries(TWICE | ELSEWHERE)
    twice.importer.payments(
        payment(KEPT), payment(KEPT, cycle="2026-09", due_on="2026-10-02", status="paid")
    )

    merged(twice, take={"places": "other"})

    hers = twice.person(KEPT)
    points = {row.cycle: row.pay_point_id for row in twice.importer.rows(payments)}
    assert points["2026-11"] == hers.pay_point_id != points["2026-09"]
    assert twice.log()[-1][1]["moved_payments"] == [None, 1]
    again = twice.importer.payments(payment(KEPT))
    assert (again.places, [one.columns for one in again.kept]) == ((), [("pay_point",)])


def test_what_the_number_of_either_wants_no_sms_of_is_known_before(twice: Office):
    away = twice.person(AWAY)
    with twice.database.writing() as connection:
        connection.execute(
            insert(optouts).values(msisdn=away.msisdn, category="all", source="sms", at=NOW)
        )
        found = compare(connection, twice.person(KEPT), away)

    assert found.left == {"one": (), "other": ("all",)}


def test_her_other_number_is_understood_where_a_number_is_typed(twice: Office):
    twice.importer.payments(payment(AWAY, due_on="2026-11-20"))
    merged(twice)
    (due,) = twice.importer.rows(payments)
    with twice.database.reading() as connection:
        sheet = women_on(connection, Sheet(due.due_on, due.pay_point_id), [])
        woman = woman_numbered(connection, AWAY)

    assert [one.registration_no for one in read_list(AWAY, sheet).women] == [KEPT]
    assert read_list("011", sheet).women == read_list("001", sheet).women
    assert woman is not None
    assert woman.registration_no == KEPT
    with twice.database.reading() as connection, pytest.raises(PersonError, match="it was merged"):
        plan_registration(connection, NEW | {"registration_no": AWAY}, twice.places(), twice.desk)
