"""Imports of whole files: their rows into the stage, and from there the way of all imports."""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import IO

from sqlalchemy import Connection

from gateway.core.texts import _, plural
from gateway.registry.database import Database
from gateway.registry.imports.checked_rows import read_rows
from gateway.registry.imports.headings import NO_ROWS, Headings, read_headings
from gateway.registry.imports.limits import MOST_FAULTS
from gateway.registry.imports.merging import (
    AT_ONCE,
    Staged,
    Way,
    analyse,
    merge_staged,
    put,
    write,
)
from gateway.registry.imports.records import read_record
from gateway.registry.imports.report import ImportReport, Row, RowError, SheetError
from gateway.registry.imports.sheets import Sheet, open_sheet
from gateway.registry.imports.staging import Plan, Watcher
from gateway.registry.imports.vocabulary import headings_in

ON_SHEET = _(
    "This is about the sheet “%(sheet)s”: the first one that is not hidden and has headings."
)
HIDDEN_ROWS = _("%(count)s hidden rows are part of the file, the first of them here.")
HIDDEN_ROW = _("1 hidden row is part of the file: this one.")


def run_import(
    database: Database,
    file: IO[bytes],
    plan: Plan,
    *,
    dry_run: bool,
    checked: bool = False,
    watcher: Watcher | None = None,
) -> ImportReport:
    """Imports the file; with any fault, and in a dry run, nothing is written.

    With `checked` it holds rows as `checked_rows` wrote them after a dry run.
    """
    watcher = watcher or Watcher()
    stage = partial(_stage_checked if checked else _stage, file=file, plan=plan, watcher=watcher)
    with database.engine.connect() as connection:
        connection.detach()  # closed at the end, and with it the temporary table is gone
        return merge_staged(connection, plan, stage, watcher, Way(dry_run=dry_run))


def _stage(connection: Connection, file: IO[bytes], plan: Plan, watcher: Watcher) -> Staged:
    staged = Staged()
    try:
        sheet = open_sheet(file, headings_in, watcher.beat)
        staged.warnings += _about(sheet)
        headings = read_headings(sheet.rows, plan.kind)
        if isinstance(headings, Headings):
            staged.names = headings.columns
            _stage_rows(connection, headings, plan, watcher, staged)
        else:
            staged.errors += headings
    except SheetError as fault:
        staged.errors.append(fault.error)
    analyse(connection)
    return staged


def _stage_checked(connection: Connection, file: IO[bytes], plan: Plan, watcher: Watcher) -> Staged:
    staged, count = Staged(), 0
    try:
        staged.names, batches = read_rows(plan.stage, file)
        for rows in batches:
            put(connection, plan.stage, rows)
            count += len(rows)
            watcher.beat()
            watcher.rows_read(count)
    except SheetError as fault:
        staged.errors.append(fault.error)
    analyse(connection)
    return staged


def _about(sheet: Sheet) -> Iterator[RowError]:
    if sheet.others:
        yield RowError(1, "", ON_SHEET, {"sheet": sheet.name})
    if sheet.hidden_rows:
        reason = plural(HIDDEN_ROW, HIDDEN_ROWS, sheet.hidden_rows)
        yield RowError(sheet.first_hidden, "", reason, {"count": sheet.hidden_rows})


def _stage_rows(
    connection: Connection, headings: Headings, plan: Plan, watcher: Watcher, staged: Staged
) -> None:
    count = 0
    for rows in _batches(headings.rows):
        records = []
        for row in rows:
            record, faults = read_record(row, headings.names, plan.columns, plan.check)
            records.append(record)
            staged.errors += faults
        count += write(connection, plan, records)
        watcher.rows_read(count)
        if len(staged.errors) > MOST_FAULTS:
            return
    if not count:
        staged.errors.append(RowError(headings.line, "", NO_ROWS))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows by the thousand; those that came before a SheetError come before it."""
    while True:
        batch: list[Row] = []
        try:
            batch.extend(islice(rows, AT_ONCE))
        except SheetError:
            if batch:
                yield batch
            raise
        if not batch:
            return
        yield batch
