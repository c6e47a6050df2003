"""Payments: registration number and cycle are the key; the pay point is one of her district."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from gateway.registry.imports import cells, places, staging
from gateway.registry.imports import payments as module
from gateway.registry.tables import pay_points, payments
from tests.kept import once
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import Importer, counts


@pytest.fixture
def enrolled(importer: Importer) -> Importer:
    people = (beneficiary("26000001"), beneficiary("26000002", district="ນອງ"))
    once(importer.database, "two enrolled", lambda: importer.beneficiaries(*people))
    return importer


def test_a_payment_is_planned(enrolled: Importer):
    report = enrolled.payments(payment())

    [row] = enrolled.rows(payments)
    assert counts(report) == (1, 0, 0)
    assert row.beneficiary_id == enrolled.person().id
    assert (row.cycle, row.due_on, row.amount) == ("2026-11", date(2026, 12, 4), 300_000)
    assert (row.status, row.pay_point_id) == ("scheduled", enrolled.person().pay_point_id)


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("due_on", "2026-12-11", date(2026, 12, 11)),
        ("amount", "600000", 600_000),
        ("amount", "75000", 75_000),
        ("amount", "1350000", 1_350_000),
        ("status", "paid", "paid"),
        ("status", "ຈ່າຍແລ້ວ", "paid"),
        ("due_on", "2026-09-30", date(2026, 9, 30)),
        ("due_on", "2027-08-31", date(2027, 8, 31)),
    ],
)
def test_the_same_cycle_again_updates_it(
    enrolled: Importer, column: str, value: str, stored: object
):
    enrolled.payments(payment())
    [before] = enrolled.rows(payments)

    later = NOW + timedelta(days=1)
    report = enrolled.payments(payment(**{column: value}), now=later)

    [row] = enrolled.rows(payments)
    assert counts(report) == (0, 1, 0)
    assert (row.id, getattr(row, column), row.updated_at) == (before.id, stored, later)


def test_another_cycle_is_another_payment(enrolled: Importer):
    enrolled.payments(payment(cycle="2026-09", status="paid", due_on="2026-10-02"))

    report = enrolled.payments(
        payment(cycle="2026-09", status="paid", due_on="2026-10-02"), payment()
    )

    assert counts(report) == (1, 0, 1)
    assert enrolled.count(payments) == 2


def test_a_pay_point_that_the_district_lacks_is_made_there(enrolled: Importer):
    report = enrolled.payments(
        payment("26000001", pay_point="ວັດ ໂພນແກ້ວ"), payment("26000002", pay_point="ວັດ ໂພນແກ້ວ")
    )

    assert counts(report) == (2, 0, 0)
    made = [point for point in enrolled.rows(pay_points) if point.name == "ວັດ ໂພນແກ້ວ"]
    assert sorted(point.district_id for point in made) == [1, 2]
    assert {point.name_latin for point in made} == {"Vat Phonkeo"}


def test_the_pay_point_is_the_one_of_her_own_district(enrolled: Importer):
    enrolled.payments(payment("26000001"), payment("26000002"))

    points = {row.beneficiary_id: row.pay_point_id for row in enrolled.rows(payments)}
    for number in ("26000001", "26000002"):
        person = enrolled.person(number)
        assert points[person.id] == person.pay_point_id


def test_a_pay_point_moved_to_counts_as_a_change(enrolled: Importer):
    enrolled.payments(payment())

    assert counts(enrolled.payments(payment(pay_point="ວັດ ໂພນແກ້ວ"))) == (0, 1, 0)


def test_a_latin_name_corrected_by_staff_stays(enrolled: Importer):
    with enrolled.database.writing() as connection:
        connection.execute(update(pay_points).values(name_latin="Ban Phonekeo"))

    enrolled.payments(payment())

    assert {point.name_latin for point in enrolled.rows(pay_points)} == {"Ban Phonekeo"}


def test_a_dry_run_writes_nothing(enrolled: Importer):
    report = enrolled.payments(payment(pay_point="ວັດ ໂພນແກ້ວ"), dry_run=True)

    assert counts(report) == (1, 0, 0)
    assert enrolled.count(payments) == 0
    assert enrolled.count(pay_points) == 2


@pytest.mark.parametrize(
    ("label", "column", "value", "reason"),
    [
        ("nobody's number", "registration_no", "26000009", staging.NO_SUCH_NUMBER),
        ("no such month", "cycle", "2026-13", cells.NOT_A_CYCLE),
        ("a month without zero", "cycle", "2026-1", cells.NOT_A_CYCLE),
        ("a day of a cycle", "cycle", "2026-11-02", cells.NOT_A_CYCLE),
        ("no day", "due_on", "", cells.MISSING),
        ("a year of another age", "due_on", "2062-12-04", cells.IMPLAUSIBLE),
        ("last year, in January", "due_on", "2025-12-04", module.NOT_NEAR_CYCLE),
        ("next year", "due_on", "2027-12-04", module.NOT_NEAR_CYCLE),
        ("digits that changed places", "cycle", "2062-11", module.NOT_NEAR_CYCLE),
        ("the first cycle of all", "cycle", "0001-01", module.NOT_NEAR_CYCLE),
        ("the last", "cycle", "9999-12", module.NOT_NEAR_CYCLE),
        ("a dot that was a decimal point", "amount", "450", module.IMPLAUSIBLE_AMOUNT),
        ("a zero too few", "amount", "30000", module.IMPLAUSIBLE_AMOUNT),
        ("a zero too many", "amount", "3000000", module.IMPLAUSIBLE_AMOUNT),
        ("three of them", "amount", "450000000", module.IMPLAUSIBLE_AMOUNT),
        ("digits that Excel hides", "amount", "3E+05", cells.LOST_DIGITS),
        ("nothing", "amount", "0", cells.NOT_AN_AMOUNT),
        ("a debt", "amount", "-300000", cells.NOT_AN_AMOUNT),
        ("half a kip", "amount", "300000.5", cells.NOT_AN_AMOUNT),
        ("grouped digits", "amount", "300.000", cells.NOT_AN_AMOUNT),
        ("with the word", "amount", "300000 kip", cells.NOT_AN_AMOUNT),
        ("a thousand million", "amount", "1000000000", cells.NOT_AN_AMOUNT),
        ("an unknown status", "status", "done", cells.NOT_KNOWN_VALUE),
        ("25 units", "pay_point", "ກ" * 25, cells.TOO_LONG),
        ("56 Latin letters", "pay_point", "ຂວງ" * 8, places.LONG_LATIN),
    ],
)
def test_a_faulty_cell_keeps_the_file_out(
    enrolled: Importer, label: str, column: str, value: str, reason: str
):
    report = enrolled.payments(payment("26000002"), payment(**{column: value}))

    assert [(error.line, error.column, error.reason) for error in report.errors] == [
        (3, column, reason)
    ], label
    assert enrolled.count(payments) == 0


def test_a_cycle_that_comes_twice_for_one_person_is_named(enrolled: Importer):
    report = enrolled.payments(payment("26000001"), payment("26000002"), payment("26000001"))

    [error] = report.errors
    assert (error.line, error.column, error.params) == (4, "cycle", {"line": 2})


@pytest.mark.parametrize("status", ["applied", "verified", "suspended", "rejected", "exited"])
def test_a_payment_of_somebody_who_is_not_enrolled_is_pointed_out(importer: Importer, status: str):
    importer.beneficiaries(beneficiary("26000001"), beneficiary("26000002", status=status))

    report = importer.payments(payment("26000001"), payment("26000002"), dry_run=True)

    assert counts(report) == (2, 0, 0)
    assert [(one.line, one.reason, one.params["status"]) for one in report.warnings] == [
        (3, module.NOT_ENROLLED, status)
    ]


def test_one_that_is_settled_is_not(importer: Importer):
    importer.beneficiaries(beneficiary(status="exited"))

    assert importer.payments(payment(status="paid")).warnings == ()
