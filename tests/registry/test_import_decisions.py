"""What a person decides about a file: places that are new, paydays that the file has right."""

from datetime import date

import pytest
from sqlalchemy import update

from gateway.registry.imports import Decisions, import_beneficiaries, import_payments
from gateway.registry.imports.place_names import NOT_KNOWN
from gateway.registry.imports.report import Alike
from gateway.registry.tables import beneficiaries, payments, villages
from tests.registry.files import NOW, PEPPERS, TODAY, beneficiary, payment
from tests.registry.importer import Importer, counts

ANN, BEA = "26100001", "26100002"
ONLY_KNOWN = Decisions(known_only=True)


def people(importer: Importer, *rows: dict[str, str], decisions: Decisions, dry_run=False):
    return import_beneficiaries(
        importer.database, importer.file(*rows), now=NOW, today=TODAY, peppers=PEPPERS,
        decisions=decisions, dry_run=dry_run,
    )  # fmt: skip


def paid(importer: Importer, *rows: dict[str, str], take: set[str]):
    return import_payments(
        importer.database, importer.file(*rows), now=NOW, today=TODAY,
        decisions=Decisions(take=frozenset(take)),
    )  # fmt: skip


def test_a_place_that_nobody_has_confirmed_stops_the_import(importer: Importer):
    importer.beneficiaries(beneficiary(ANN))

    report = people(importer, beneficiary(BEA, village="ໂພນແກວ"), decisions=ONLY_KNOWN)

    assert [(one.column, one.reason, one.value) for one in report.errors] == [
        ("village", NOT_KNOWN, "ໂພນແກວ")
    ]
    assert importer.count(beneficiaries) == 1


def test_one_that_is_confirmed_is_made(importer: Importer):
    importer.beneficiaries(beneficiary(ANN))
    confirmed = Decisions(new=frozenset({("village", "ສະໜາມໄຊ", "ໂພນແກວ")}), known_only=True)

    assert counts(people(importer, beneficiary(BEA, village="ໂພນແກວ"), decisions=confirmed)) == (
        1,
        0,
        0,
    )
    assert importer.count(villages) == 2


def test_the_check_lists_what_waits_first_with_what_it_may_be(importer: Importer):
    importer.beneficiaries(beneficiary(ANN))
    confirmed = Decisions(new=frozenset({("village", "ສະໜາມໄຊ", "ໜອງບົວ")}))

    report = people(
        importer, beneficiary(BEA, village="ໜອງບົວ"), beneficiary("26100003", village="Pone Keo"),
        decisions=confirmed, dry_run=True,
    )  # fmt: skip

    assert [(one.name, one.like, one.confirmed) for one in report.places] == [
        ("Pone Keo", "ໂພນແກ້ວ", False),
        ("ໜອງບົວ", "", True),
    ]


def test_a_payday_set_here_gives_way_where_somebody_says_so(importer: Importer):
    importer.beneficiaries(beneficiary(ANN))
    importer.payments(payment(ANN))
    moved = {"due_on": date(2026, 12, 9), "due_on_set_here": True}
    with importer.database.writing() as connection:
        connection.execute(update(payments).values(moved))

    assert len(paid(importer, payment(ANN), take=set()).kept) == 1
    report = paid(importer, payment(ANN), take={"due_on"})

    assert (counts(report), report.kept) == ((0, 1, 0), ())
    [row] = importer.rows(payments)
    assert (row.due_on, row.due_on_set_here) == (date(2026, 12, 4), False)


@pytest.mark.parametrize(
    ("label", "other", "shared"),
    [
        (
            "a number mistyped",
            {},
            ("name", "phone", "birth", "village"),
        ),
        (
            "registered again with a new phone, her name by another hand",
            {"msisdn": "02077000009", "name": "ນາງ ບຸນມີ ໄຊຍະວົງສ໌"},
            ("name", "birth", "village"),
        ),
        (
            "moved, by phone and name",
            {"village": "ພູໄຊ", "child_dob": "2026-06-01"},
            ("name", "phone"),
        ),
    ],
)
def test_who_may_be_known_under_another_number_is_listed(importer: Importer, label, other, shared):
    importer.beneficiaries(beneficiary(ANN))

    report = importer.beneficiaries(beneficiary(BEA, **other), dry_run=True)

    assert report.alike == (Alike(2, BEA, ANN, 0, shared),), label


@pytest.mark.parametrize(
    ("label", "other"),
    [
        ("a neighbour on the same phone", {"name": "ນາງ ຄຳແພງ ວົງພະຈັນ", "child_dob": "2026-03-01"}),
        ("another child of the day", {"name": "ນາງ ຄຳແພງ ວົງພະຈັນ", "msisdn": "02077000009"}),
        ("the name alone", {"msisdn": "02077000009", "child_dob": "2026-03-01"}),
    ],
)
def test_who_is_somebody_else_is_not(importer: Importer, label, other):
    importer.beneficiaries(beneficiary(ANN))

    assert importer.beneficiaries(beneficiary(BEA, **other), dry_run=True).alike == (), label


def test_two_rows_of_a_file_are_compared_with_each_other(importer: Importer):
    report = importer.beneficiaries(beneficiary(ANN), beneficiary(BEA), dry_run=True)

    assert report.alike == (Alike(3, BEA, ANN, 2, ("name", "phone", "birth", "village")),)
