"""Imports files into a database and reads the registry back."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from gateway.registry.database import Database
from gateway.registry.imports import (
    ImportReport,
    import_beneficiaries,
    import_payments,
    import_visits,
)
from gateway.registry.imports.files import run_import
from gateway.registry.imports.payment_results import ResultPlan
from gateway.registry.tables import beneficiaries
from tests.registry.files import NOW, PEPPERS, TODAY, Row, write_csv


class Importer:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def file(self, *rows: Row, encoding: str = "utf-8") -> Path:
        return write_csv(self.folder / "file.csv", rows, encoding)

    def beneficiaries(
        self, *rows: Row, dry_run: bool = False, now: datetime = NOW, today: date = TODAY
    ) -> ImportReport:
        return self.beneficiaries_file(self.file(*rows), dry_run=dry_run, now=now, today=today)

    def beneficiaries_file(
        self, path: Path, *, dry_run: bool = False, now: datetime = NOW, today: date = TODAY
    ) -> ImportReport:
        return import_beneficiaries(
            self.database, path, now=now, today=today, peppers=PEPPERS, dry_run=dry_run
        )

    def payments(self, *rows: Row, dry_run: bool = False, now: datetime = NOW) -> ImportReport:
        path = self.file(*rows)
        return import_payments(self.database, path, now=now, today=TODAY, dry_run=dry_run)

    def visits(self, *rows: Row, dry_run: bool = False, now: datetime = NOW) -> ImportReport:
        path = self.file(*rows)
        return import_visits(self.database, path, now=now, today=TODAY, dry_run=dry_run)

    def results(self, *rows: Row, now: datetime = NOW) -> ImportReport:
        """Payments made or missed."""
        with self.file(*rows).open("rb") as file:
            return run_import(self.database, file, ResultPlan(now, TODAY), dry_run=False)

    def person(self, registration_no: str = "26000001") -> Any:
        """The row of one beneficiary; fails where there is none."""
        wanted = select(beneficiaries).where(beneficiaries.c.registration_no == registration_no)
        with self.database.reading() as connection:
            return connection.execute(wanted).one()

    def rows(self, table: Table) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)))

    def count(self, table: Table) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()


def counts(report: ImportReport) -> tuple[int, int, int]:
    """(new, changed, unchanged) of an import without faults."""
    assert report.errors == ()
    return report.new, report.changed, report.unchanged


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)
