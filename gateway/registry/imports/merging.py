"""The way of every import: stage, validate, merge in one short transaction.

Rows are staged in a temporary table as they are read, so that memory stays flat and nothing is
locked while a long file is read. Duplicates are found, and rows compared and merged, by SQL.
Nothing is written where any row is faulty; or each row is for itself, and only the faulty are not.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from sqlalchemy import Connection, Table, and_, bindparam, case, delete, func, select, text
from sqlalchemy.schema import CreateTable
from uuid_utils.compat import uuid7

from gateway.core.texts import _
from gateway.registry.bulk import put_rows
from gateway.registry.imports.limits import MOST_FAULTS, MOST_KEPT
from gateway.registry.imports.merged_numbers import PassedOver, pass_over_merged
from gateway.registry.imports.places import LONG_LATIN
from gateway.registry.imports.records import Record
from gateway.registry.imports.report import Became, ImportReport, Kept, RowError
from gateway.registry.imports.staging import IMPORTING, Plan, Watcher, unknown_numbers

SAME_AS = _("The same as in line %(line)s.")
TOO_MANY_FAULTS = _("There are more than %(most)s faults: the check stopped here.")

AT_ONCE = 1000  # rows


@dataclass
class Staged:
    """What the stage holds: the columns that its rows speak of, and what was wrong or odd."""

    names: frozenset[str] = frozenset()
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


Staging = Callable[[Connection], Staged]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How: with a `dry_run` nothing is written. `each` row for itself: the faulty are left out.
    `by_row`: the report says of each what became of it."""

    dry_run: bool
    each: bool = False
    by_row: bool = False


def merge_staged(
    connection: Connection, plan: Plan, stage: Staging, watcher: Watcher, way: Way
) -> ImportReport:
    """What `stage` puts into the plan's table goes the whole way; the transaction ends with it."""
    connection.execute(CreateTable(plan.stage))
    watcher.begins(connection)
    staged = stage(connection)
    passed = pass_over_merged(connection, plan.stage, plan.keys)
    plan.respell(connection)
    errors = _faults(connection, plan, staged, way)
    if errors and (not way.each or len(errors) > MOST_FAULTS):
        return ImportReport(errors=_listed(errors), warnings=tuple(staged.warnings))
    passed = _without(passed, {error.line for error in errors})
    if way.dry_run:
        report = _compared(connection, plan, staged, passed, way)
        if report.new:
            report = replace(report, alike=plan.alike(connection))
        report = replace(report, errors=_listed(errors))
        watcher.found_right(connection, plan, staged.names, passed)
        return report
    watcher.before_merge()
    with one_at_a_time(connection):
        # A place may have been renamed or merged meanwhile, or a woman's two rows.
        passed = pass_over_merged(connection, plan.stage, plan.keys, before=passed)
        plan.respell(connection)
        report = _compared(connection, plan, staged, passed, way)
        report = replace(report, errors=_listed(errors))
        watcher.recording(connection, plan, staged.names, plan.make_places(connection))
        plan.merge(connection, staged.names)
        plan.follow_up(connection, passed)
        watcher.after_merge(connection, report)
    return report


def _faults(connection: Connection, plan: Plan, staged: Staged, way: Way) -> list[RowError]:
    """One more than MOST_FAULTS at most; where each row is for itself, the faulty ones are taken
    out of the stage."""
    found = chain(
        staged.errors,
        _duplicates(connection, plan),
        () if plan.is_whole(staged.names) else unknown_numbers(connection, plan.stage),
        plan.faults(connection),
    )
    errors = list(islice(found, MOST_FAULTS + 1))
    if not way.each:
        return errors
    more = errors
    while more and len(errors) <= MOST_FAULTS:
        _take_out(connection, plan.stage, {error.line for error in more})
        # What is told once of many rows is found again in the next of them.
        more = [
            fault
            for error in islice(plan.faults(connection), MOST_FAULTS)
            for fault in _every_row(connection, plan.stage, error)
        ]
        errors += more
    return errors


def _every_row(connection: Connection, stage: Table, error: RowError) -> Iterator[RowError]:
    if error.reason != LONG_LATIN:
        yield error
        return
    same = select(stage.c.line).where(stage.c[error.column] == error.value)
    for line in connection.execute(same).scalars():
        yield replace(error, line=line)


def _take_out(connection: Connection, stage: Table, lines: set[int]) -> None:
    gone = delete(stage).where(stage.c.line == bindparam("gone"))
    connection.execute(gone, [{"gone": line} for line in lines])


def _without(passed: PassedOver, lines: set[int]) -> PassedOver:
    """Faulty rows are not put back before the merge."""
    as_in_file = {line: row for line, row in passed.as_in_file.items() if line not in lines}
    kept = tuple(one for one in passed.kept if one.line not in lines)
    return replace(passed, kept=kept, as_in_file=as_in_file)


def _compared(
    connection: Connection, plan: Plan, staged: Staged, passed: PassedOver, way: Way
) -> ImportReport:
    report = plan.compare(connection, staged.names)
    return replace(
        report,
        kept=_first_kept(passed.kept, report.kept),
        warnings=(*staged.warnings, *plan.warnings(connection)),
        places=plan.new_places(connection),
        became=_became(connection, plan, staged.names) if way.by_row else {},
    )


def _first_kept(passed_over: Sequence[Kept], kept: Sequence[Kept]) -> tuple[Kept, ...]:
    return (*passed_over, *kept)[:MOST_KEPT]


def _became(connection: Connection, plan: Plan, names: frozenset[str]) -> dict[int, Became]:
    """Asked of all rows: with a condition PostgreSQL would rather read a whole table."""
    merging = plan.merging(names)
    became = case((merging.table.c.id.is_(None), "new"), (merging.changed, "changed"), else_=None)
    rows = select(plan.stage.c.line, became.label("became")).select_from(merging.joined)
    return {row.line: row.became for row in connection.execute(rows) if row.became is not None}


def _listed(errors: list[RowError]) -> tuple[RowError, ...]:
    """The first of them, by line."""
    listed = sorted(errors)[:MOST_FAULTS]
    if len(errors) > MOST_FAULTS:
        listed.append(RowError(listed[-1].line, "", TOO_MANY_FAULTS, {"most": MOST_FAULTS}))
    return tuple(listed)


def analyse(connection: Connection) -> None:
    """Tells PostgreSQL what the stage is like, where that is many rows."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE import_rows"))


def write(connection: Connection, plan: Plan, records: list[Record]) -> int:
    """Stages checked records; how many."""
    if records:
        put(connection, plan.stage, plan.prepare(connection, records))
    return len(records)


def put(connection: Connection, stage: Table, rows: list[Record]) -> None:
    """Stages rows that are prepared."""
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
