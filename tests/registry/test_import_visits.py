"""Health visits already made: registration number and visit are the key."""

from datetime import date, timedelta

import pytest

from gateway.core.health_schedule import GESTATION
from gateway.core.programme import PROGRAMME
from gateway.registry import plausibility
from gateway.registry.imports import cells, merging, staging
from gateway.registry.tables import visits
from tests.kept import once
from tests.registry.files import NOW, beneficiary, visit
from tests.registry.importer import Importer, counts


@pytest.fixture
def enrolled(importer: Importer) -> Importer:
    once(importer.database, "enrolled", lambda: importer.beneficiaries(beneficiary()))
    return importer


def test_a_visit_is_written_down(enrolled: Importer):
    report = enrolled.visits(visit(), visit(visit="pcv1"))

    assert counts(report) == (2, 0, 0)
    assert {(row.visit, row.done_on) for row in enrolled.rows(visits)} == {
        ("penta1", date(2026, 9, 2)),
        ("pcv1", date(2026, 9, 2)),
    }


def test_another_day_of_the_same_visit_corrects_it(enrolled: Importer):
    enrolled.visits(visit())

    later = NOW + timedelta(days=1)
    report = enrolled.visits(visit(done_on="2026-09-03"), now=later)

    [row] = enrolled.rows(visits)
    assert counts(report) == (0, 1, 0)
    assert (row.done_on, row.updated_at) == (date(2026, 9, 3), later)


def test_the_same_file_again_changes_nothing(enrolled: Importer):
    enrolled.visits(visit())

    assert counts(enrolled.visits(visit(), now=NOW + timedelta(days=1))) == (0, 0, 1)
    assert [row.updated_at for row in enrolled.rows(visits)] == [NOW]


def test_every_visit_of_the_schedule_may_be_recorded_on_the_day_it_opens(enrolled: Importer):
    born, edd = date(2024, 10, 1), date(2027, 2, 18)
    mother = {"category": "pregnant", "edd": edd.isoformat(), "child_dob": born.isoformat()}
    enrolled.beneficiaries(beneficiary("26000005", **mother))
    days = {}
    for key in PROGRAMME.visit_keys():
        rule = PROGRAMME.visit(key)
        start = born - GESTATION if rule.kind == "antenatal" else born
        days[key] = rule.opens.after(start).isoformat()

    report = enrolled.visits(
        *(visit("26000005", visit=key, done_on=day) for key, day in days.items())
    )

    assert counts(report) == (len(days), 0, 0)


CHILD = {"child_dob": "2026-06-01"}
PREGNANT = {"category": "pregnant", "edd": "2027-03-01", "child_dob": ""}
AGAIN = {"category": "pregnant", "edd": "2027-03-01", "child_dob": "2025-01-10"}


@pytest.mark.parametrize(
    ("label", "course", "key", "done_on", "fault"),
    [
        ("on the day of birth", CHILD, "hepb0", "2026-06-01", None),
        ("the day before", CHILD, "hepb0", "2026-05-31", plausibility.BEFORE_BIRTH),
        ("years before", CHILD, "pnc2", "2019-06-01", plausibility.BEFORE_BIRTH),
        ("a little early", CHILD, "opv1", "2026-06-20", None),
        ("measles at nine days", CHILD, "mr1", "2026-06-10", plausibility.TOO_EARLY),
        ("a third of the age", CHILD, "je", "2026-09-01", None),
        ("a vaccine of a pregnancy", PREGNANT, "pcv1", "2026-10-01", plausibility.NO_CHILD),
        ("care of a child", CHILD, "anc2", "2026-03-01", None),
        ("care after the birth", CHILD, "anc2", "2026-06-02", plausibility.NOT_IN_PREGNANCY),
        ("care now", PREGNANT, "anc1", "2026-09-15", None),
        ("care before it began", PREGNANT, "anc1", "2026-05-24", plausibility.NOT_IN_PREGNANCY),
        ("the elder child's vaccine", AGAIN, "mr2", "2026-02-01", None),
        ("care of the elder child's time", AGAIN, "anc3", "2024-11-20", None),
        ("care between the two", AGAIN, "anc3", "2025-08-01", plausibility.NOT_IN_PREGNANCY),
    ],
)
def test_a_visit_lies_in_its_own_course(
    importer: Importer,
    label: str,
    course: dict[str, str],
    key: str,
    done_on: str,
    fault: str | None,
):
    importer.beneficiaries(beneficiary("26000007", **course))

    report = importer.visits(visit("26000007", visit=key, done_on=done_on))

    assert [error.reason for error in report.errors] == ([fault] if fault else []), label
    assert [error.line for error in report.errors] == ([2] if fault else [])
    assert importer.count(visits) == (0 if fault else 1)


def test_a_dry_run_writes_nothing(enrolled: Importer):
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
    enrolled: Importer, label: str, column: str, value: str, reason: str
):
    report = enrolled.visits(visit(visit="bcg"), visit(**{column: value}))

    assert [(error.line, error.column, error.reason) for error in report.errors] == [
        (3, column, reason)
    ], label
    assert enrolled.count(visits) == 0


def test_a_visit_that_comes_twice_is_named(enrolled: Importer):
    [error] = enrolled.visits(visit(), visit(done_on="2026-09-03")).errors

    assert (error.line, error.column, error.reason) == (3, "visit", merging.SAME_AS)
