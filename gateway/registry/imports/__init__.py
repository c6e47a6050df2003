"""Imports of CSV and Excel files into the registry: all or nothing, every fault with its place."""

from datetime import date, datetime
from pathlib import Path

from gateway.core.keys import Peppers
from gateway.registry.database import Database
from gateway.registry.imports.beneficiaries import BeneficiaryPlan
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.files import run_import
from gateway.registry.imports.groups import grouped, tell
from gateway.registry.imports.payments import PaymentPlan
from gateway.registry.imports.report import ImportReport, Kept, RowError, explain
from gateway.registry.imports.staging import Plan
from gateway.registry.imports.visits import VisitPlan

__all__ = [
    "Decisions",
    "ImportReport",
    "Kept",
    "RowError",
    "explain",
    "grouped",
    "import_beneficiaries",
    "import_payments",
    "import_visits",
    "tell",
]


def import_beneficiaries(
    database: Database,
    path: Path,
    *,
    now: datetime,
    today: date,
    peppers: Peppers,
    dry_run: bool = False,
    decisions: Decisions = NOBODY,
) -> ImportReport:
    """Imports the file at `path`; `today` in the programme's zone dates a first enrolment.

    `peppers` key the hashes of PINs. Nothing is written where the report has errors, nor in a
    dry run, which counts what would be.
    """
    plan = BeneficiaryPlan(now, today, peppers, decisions)
    return _import(database, path, plan, dry_run=dry_run)


def import_payments(
    database: Database,
    path: Path,
    *,
    now: datetime,
    today: date,
    dry_run: bool = False,
    decisions: Decisions = NOBODY,
) -> ImportReport:
    """Likewise; a pay point that the beneficiary's district does not have yet is made."""
    return _import(database, path, PaymentPlan(now, today, decisions), dry_run=dry_run)


def import_visits(
    database: Database, path: Path, *, now: datetime, today: date, dry_run: bool = False
) -> ImportReport:
    """Likewise; `visit` is a key of the programme file's schedules."""
    return _import(database, path, VisitPlan(now, today), dry_run=dry_run)


def _import(database: Database, path: Path, plan: Plan, *, dry_run: bool) -> ImportReport:
    with path.open("rb") as file:
        return run_import(database, file, plan, dry_run=dry_run)
