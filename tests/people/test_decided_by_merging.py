"""What a merge decided stays, whatever later files say; what it takes along is said before."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from gateway.casework.mothers import woman_numbered
from gateway.paydays.sheets import Sheet, women_on
from gateway.paydays.typed_lists import read_list
from gateway.people.comparing import compare
from gateway.people.faults import PersonError
from gateway.people.registering import plan_registration
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.tables import (
    optouts,
    payments,
)
from tests.people.conftest import AWAY, ELSEWHERE, KEPT, TWICE, Office
from tests.people.merged import merged, paid
from tests.people.test_registering import NEW
from tests.registry.files import NOW, beneficiary, payment, result

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
