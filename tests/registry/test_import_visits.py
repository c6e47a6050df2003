"""Health visits already made: registration number and visit are the key."""

from datetime import date, timedelta

import pytest

from gateway.core.programme import PROGRAMME
from gateway.registry.imports import cells, staging
from gateway.registry.tables import visits
from tests.registry.files import NOW, beneficiary, visit
from tests.registry.office import Office, counts


@pytest.fixture
def enrolled(office: Office) -> Office:
    office.beneficiaries(beneficiary())
    return office


def test_a_visit_is_written_down(enrolled: Office):
    report = enrolled.visits(visit(), visit(visit="pcv1"))

    assert counts(report) == (2, 0, 0)
    assert {(row.visit, row.done_on) for row in enrolled.rows(visits)} == {
        ("penta1", date(2026, 9, 2)),
        ("pcv1", date(2026, 9, 2)),
    }


def test_another_day_of_the_same_visit_corrects_it(enrolled: Office):
    enrolled.visits(visit())

    later = NOW + timedelta(days=1)
    report = enrolled.visits(visit(done_on="2026-09-03"), now=later)

    [row] = enrolled.rows(visits)
    assert counts(report) == (0, 1, 0)
    assert (row.done_on, row.updated_at) == (date(2026, 9, 3), later)


def test_the_same_file_again_changes_nothing(enrolled: Office):
    enrolled.visits(visit())

    assert counts(enrolled.visits(visit(), now=NOW + timedelta(days=1))) == (0, 0, 1)
    assert [row.updated_at for row in enrolled.rows(visits)] == [NOW]


def test_every_visit_of_the_schedule_may_be_recorded(enrolled: Office):
    keys = sorted(PROGRAMME.visit_keys())

    report = enrolled.visits(*(visit(visit=key) for key in keys))

    assert counts(report) == (len(keys), 0, 0)


def test_a_dry_run_writes_nothing(enrolled: Office):
    assert counts(enrolled.visits(visit(), dry_run=True)) == (1, 0, 0)
    assert enrolled.count(visits) == 0


@pytest.mark.parametrize(
    ("label", "column", "value", "reason"),
    [
        ("nobody's number", "registration_no", "26000009", staging.NO_SUCH_NUMBER),
        ("no visit of the schedule", "visit", "penta9", cells.NOT_KNOWN_VALUE),
        ("tomorrow", "done_on", "2026-11-25", cells.IN_THE_FUTURE),
        ("a Buddhist year", "done_on", "2569-09-02", cells.IN_THE_FUTURE),
        ("long before the programme", "done_on", "1926-09-02", cells.IMPLAUSIBLE),
        ("no day", "done_on", "", cells.MISSING),
    ],
)
def test_a_faulty_cell_keeps_the_file_out(
    enrolled: Office, label: str, column: str, value: str, reason: str
):
    report = enrolled.visits(visit(visit="bcg"), visit(**{column: value}))

    assert [(error.line, error.column, error.reason) for error in report.errors] == [
        (3, column, reason)
    ], label
    assert enrolled.count(visits) == 0


def test_a_visit_that_comes_twice_is_named(enrolled: Office):
    [error] = enrolled.visits(visit(), visit(done_on="2026-09-03")).errors

    assert (error.line, error.column, error.reason) == (3, "visit", staging.SAME_AS)
