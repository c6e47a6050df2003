"""The paying side's list as a file: who was paid and who was not."""

import pytest

from gateway.registry.imports.files import run_import
from gateway.registry.imports.payment_results import IS_CANCELLED, NO_PAYMENT, NOT_YET, ResultPlan
from gateway.registry.imports.report import ImportReport
from tests.paydays.conftest import AHEAD, PAST, Office
from tests.registry.files import NOW, TODAY, payment

ANN, BEA = "26000001", "26000002"


def results(office: Office, *rows: tuple[str, str, str], dry_run: bool = False) -> ImportReport:
    names = ("registration_no", "cycle", "status")
    path = office.importer.file(*(dict(zip(names, row, strict=True)) for row in rows))
    with path.open("rb") as file:
        plan = ResultPlan(NOW, TODAY)
        return run_import(office.database, file, plan, dry_run=dry_run)


def test_a_file_marks_what_it_names_as_a_list_by_hand_does(office: Office):
    report = results(office, (ANN, "2026-09", "ຈ່າຍແລ້ວ"), (BEA, "2026-09", "missed"))

    assert (report.new, report.changed, report.errors) == (0, 2, ())
    assert office.statuses() == {
        "01": "paid", "02": "missed", "03": "scheduled", "13": "scheduled",
    }  # fmt: skip
    assert office.payment(ANN).status_before == "scheduled"


def test_its_check_says_what_changes_and_writes_nothing(office: Office):
    report = results(office, (ANN, "2026-09", "paid"), dry_run=True)

    [change] = report.changes.listed
    assert (change.column, change.before, change.after) == ("status", "scheduled", "paid")
    assert office.statuses()["01"] == "scheduled"


@pytest.fixture
def odd(office: Office) -> Office:
    office.importer.payments(
        payment(BEA, cycle="2026-09", due_on=PAST.isoformat(), status="cancelled")
    )
    return office


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((ANN, "2026-11", "paid"), NOT_YET),
        ((ANN, "2025-01", "paid"), NO_PAYMENT),
        ((BEA, "2026-09", "paid"), IS_CANCELLED),
    ],
)
def test_a_row_that_cannot_be_is_a_fault_and_nothing_is_written(
    odd: Office, row: tuple[str, str, str], reason: str
):
    report = results(odd, ("26000003", "2026-09", "paid"), row)

    [fault] = report.errors
    assert (fault.line, fault.column, fault.reason) == (3, "cycle", reason)
    assert odd.statuses()["03"] == "scheduled"
    assert AHEAD > TODAY


def test_only_paid_and_missed_are_results(office: Office):
    report = results(office, (ANN, "2026-09", "scheduled"))

    assert [(fault.line, fault.column) for fault in report.errors] == [(2, "status")]
