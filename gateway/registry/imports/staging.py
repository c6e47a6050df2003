"""The way of every import: stage, validate, merge in one short transaction; all or nothing.

Rows are staged in a temporary table as they are read, so that memory stays flat and nothing is
locked while a long file is read. Duplicates are found, and rows compared and merged, by SQL.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, func, select
from sqlalchemy.schema import CreateTable
from uuid_utils.compat import uuid7

from gateway.core.texts import _, plural
from gateway.registry.bulk import put_rows
from gateway.registry.database import Database
from gateway.registry.imports.checked_rows import read_rows
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.headings import NO_ROWS, Headings, read_headings
from gateway.registry.imports.limits import MOST_FAULTS, MOST_KEPT
from gateway.registry.imports.merged_numbers import PassedOver, pass_over_merged
from gateway.registry.imports.records import Column, Record, read_record
from gateway.registry.imports.report import (
    Alike,
    CellError,
    ImportReport,
    Kept,
    NewPlace,
    Row,
    RowError,
    SheetError,
)
from gateway.registry.imports.sheets import Sheet, open_sheet
from gateway.registry.imports.vocabulary import headings_in
from gateway.registry.tables import beneficiaries

SAME_AS = _("The same as in line %(line)s.")
NO_SUCH_NUMBER = _("No beneficiary has this registration number.")
TOO_MANY_FAULTS = _("There are more than %(most)s faults: the check stopped here.")
ON_SHEET = _(
    "This is about the sheet “%(sheet)s”: the first one that is not hidden and has headings."
)
HIDDEN_ROWS = _("%(count)s hidden rows are part of the file, the first of them here.")
HIDDEN_ROW = _("1 hidden row is part of the file: this one.")

Made = Mapping[str, Sequence[int]]  # kind of place -> ids

_AT_ONCE = 1000  # rows
IMPORTING = 5550002  # any number that nothing else locks by


@dataclass(frozen=True)
class Merging:
    """What a merge does with known rows: `joined` has every staged row beside the one of `table`
    that it is about, where there is one, and `values` what that becomes if it is `changed`."""

    table: Table
    joined: FromClause
    values: Mapping[str, Any]
    changed: ColumnElement[bool]


class Plan(ABC):
    """What one kind of file needs. `keys` name a row in the file and in the registry."""

    kind: str
    keys: tuple[str, ...]

    def __init__(
        self, stage: Table, columns: Mapping[str, Column], decisions: Decisions = NOBODY
    ) -> None:
        self.stage = stage
        self.columns = columns
        self.decisions = decisions

    def check(self, record: Mapping[str, object]) -> Iterator[tuple[str, CellError]]:  # noqa: ARG002 - most have nothing to check
        """What is wrong with a record whose cells are right each for itself, by column."""
        return iter(())

    def prepare(self, connection: Connection, records: list[Record]) -> list[Record]:  # noqa: ARG002 - likewise
        """The records as they are staged."""
        return records

    @abstractmethod
    def faults(self, connection: Connection) -> Iterator[RowError]:
        """What only the registry shows."""

    def respell(self, connection: Connection) -> None:  # noqa: B027 - most have nothing to respell
        """Takes other spellings of what the registry knows for it, in the stage."""

    def new_places(self, connection: Connection) -> tuple[NewPlace, ...]:  # noqa: ARG002 - most have none
        """What the merge would make."""
        return ()

    def alike(self, connection: Connection, district_id: int | None = None) -> tuple[Alike, ...]:  # noqa: ARG002 - likewise
        """New people who may be known under another number: of a dry run only."""
        return ()

    def warnings(self, connection: Connection) -> Iterator[RowError]:  # noqa: ARG002 - most have none
        """What may be right, and somebody should look at; at most MOST_LISTED."""
        return iter(())

    @abstractmethod
    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:
        """What a merge would do; `names` are the columns that the file has."""

    @abstractmethod
    def merging(self, names: frozenset[str]) -> Merging:
        """What the merge will do."""

    def make_places(self, connection: Connection) -> Made:  # noqa: ARG002 - likewise
        """Makes what is new; the merge follows. {kind of place: ids}."""
        return {}

    @abstractmethod
    def merge(self, connection: Connection, names: frozenset[str]) -> None:
        """Does it."""

    def follow_up(self, connection: Connection, passed: PassedOver) -> None:  # noqa: B027 - most have nothing to do
        """After the merge: what is remembered of rows that were passed over."""


def stage_table(*columns: sa.Column[Any]) -> Table:
    """A temporary table: the row's line, an id for it should it be new, and `columns`."""
    return Table(
        "import_rows",
        sa.MetaData(),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("registration_no", sa.String(8)),
        *columns,
        prefixes=["TEMPORARY"],
        # Behind a pooler the session is somebody else's afterwards.
        postgresql_on_commit="DROP",
    )


class Watcher:
    """Who follows an import; this one does not look."""

    def begins(self, connection: Connection) -> None:
        """All that follows is asked on `connection`."""

    def beat(self) -> None:
        """The file is being read; what this raises ends it."""

    def rows_read(self, count: int) -> None:
        """So many rows are staged by now."""

    def found_right(
        self, connection: Connection, plan: Plan, names: frozenset[str], passed: PassedOver
    ) -> None:
        """By a dry run; the rows are still in the stage, but for those `passed` over."""

    def before_merge(self) -> None:
        """The file is right; from here on nothing is heard until the end."""

    def recording(
        self, connection: Connection, plan: Plan, names: frozenset[str], made: Made
    ) -> None:
        """In the merge's transaction, right before rows change; the places are made."""

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        """In the merge's own transaction: what is written here is true if, and only if, it is."""


@dataclass
class _Staged:
    """What the stage holds: the columns of the file, and what was wrong or odd."""

    names: frozenset[str] = frozenset()
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


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
    stage = _stage_checked if checked else _stage
    with database.engine.connect() as connection:
        connection.detach()  # closed at the end, and with it the temporary table is gone
        connection.execute(CreateTable(plan.stage))
        watcher.begins(connection)
        staged = stage(connection, file, plan, watcher)
        passed = pass_over_merged(connection, plan.stage, plan.keys)
        plan.respell(connection)
        found = chain(staged.errors, _duplicates(connection, plan), plan.faults(connection))
        errors = list(islice(found, MOST_FAULTS + 1))
        if errors:
            return ImportReport(errors=_listed(errors), warnings=tuple(staged.warnings))
        if dry_run:
            report = _with(_compared(connection, plan, staged), passed.kept)
            if report.new:
                report = replace(report, alike=plan.alike(connection))
            watcher.found_right(connection, plan, staged.names, passed)
            return report
        watcher.before_merge()
        with one_at_a_time(connection):
            # A place may have been renamed or merged meanwhile, or a woman's two rows.
            passed = pass_over_merged(connection, plan.stage, plan.keys, before=passed)
            plan.respell(connection)
            report = _with(_compared(connection, plan, staged), passed.kept)
            watcher.recording(connection, plan, staged.names, plan.make_places(connection))
            plan.merge(connection, staged.names)
            plan.follow_up(connection, passed)
            watcher.after_merge(connection, report)
        return report


def _with(report: ImportReport, passed_over: Sequence[Kept]) -> ImportReport:
    return replace(report, kept=(*passed_over, *report.kept)[:MOST_KEPT])


def _compared(connection: Connection, plan: Plan, staged: _Staged) -> ImportReport:
    report = plan.compare(connection, staged.names)
    return replace(
        report,
        warnings=(*staged.warnings, *plan.warnings(connection)),
        places=plan.new_places(connection),
    )


def _listed(errors: list[RowError]) -> tuple[RowError, ...]:
    """The first of them, by line."""
    listed = sorted(errors)[:MOST_FAULTS]
    if len(errors) > MOST_FAULTS:
        listed.append(RowError(listed[-1].line, "", TOO_MANY_FAULTS, {"most": MOST_FAULTS}))
    return tuple(listed)


def _stage(connection: Connection, file: IO[bytes], plan: Plan, watcher: Watcher) -> _Staged:
    staged = _Staged()
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
    _analyse(connection)
    return staged


def _stage_checked(
    connection: Connection, file: IO[bytes], plan: Plan, watcher: Watcher
) -> _Staged:
    staged, count = _Staged(), 0
    try:
        staged.names, batches = read_rows(plan.stage, file)
        for rows in batches:
            _put(connection, plan.stage, rows)
            count += len(rows)
            watcher.beat()
            watcher.rows_read(count)
    except SheetError as fault:
        staged.errors.append(fault.error)
    _analyse(connection)
    return staged


def _analyse(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ANALYZE import_rows"))


def _about(sheet: Sheet) -> Iterator[RowError]:
    if sheet.others:
        yield RowError(1, "", ON_SHEET, {"sheet": sheet.name})
    if sheet.hidden_rows:
        reason = plural(HIDDEN_ROW, HIDDEN_ROWS, sheet.hidden_rows)
        yield RowError(sheet.first_hidden, "", reason, {"count": sheet.hidden_rows})


def _stage_rows(
    connection: Connection, headings: Headings, plan: Plan, watcher: Watcher, staged: _Staged
) -> None:
    count = 0
    for rows in _batches(headings.rows):
        records = []
        for row in rows:
            record, faults = read_record(row, headings.names, plan.columns, plan.check)
            records.append(record)
            staged.errors += faults
        count += _write(connection, plan, records)
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
            batch.extend(islice(rows, _AT_ONCE))
        except SheetError:
            if batch:
                yield batch
            raise
        if not batch:
            return
        yield batch


def _write(connection: Connection, plan: Plan, records: list[Record]) -> int:
    if records:
        _put(connection, plan.stage, plan.prepare(connection, records))
    return len(records)


def _put(connection: Connection, stage: Table, rows: list[Record]) -> None:
    for row in rows:
        row["row_id"] = uuid7()
    put_rows(connection, stage, rows)


@contextmanager
def one_at_a_time(connection: Connection) -> Iterator[None]:
    """One merge after the other; on SQLite the stage's transaction ends before the writer's."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(IMPORTING)))
    else:
        connection.commit()
        connection.execution_options(begin_immediate=True)
    yield
    connection.commit()


def _duplicates(connection: Connection, plan: Plan) -> Iterator[RowError]:
    """Every row whose keys stand in an earlier one."""
    stage, keys = plan.stage.c, [plan.stage.c[name] for name in plan.keys]
    first = (
        select(func.min(stage.line).label("line"), *keys)
        .group_by(*keys)
        .having(func.count() > 1)
        .subquery()
    )
    same = and_(*(stage[name] == first.c[name] for name in plan.keys))
    found = select(stage.line, first.c.line.label("first")).join(first, same)
    for row in connection.execute(found.where(stage.line > first.c.line)):
        yield RowError(row.line, plan.keys[-1], SAME_AS, {"line": row.first})


def unknown_numbers(connection: Connection, stage: Table) -> Iterator[RowError]:
    """Every row whose registration number nobody has."""
    nobody = (
        select(stage.c.line)
        .outerjoin(beneficiaries, beneficiaries.c.registration_no == stage.c.registration_no)
        .where(stage.c.registration_no.is_not(None), beneficiaries.c.id.is_(None))
    )
    for row in connection.execute(nobody):
        yield RowError(row.line, "registration_no", NO_SUCH_NUMBER)
