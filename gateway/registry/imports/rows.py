"""Rows of texts by column, as another system sends them, on the very way that files go."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

from sqlalchemy import Connection, text

from gateway.registry.database import Database
from gateway.registry.imports.headings import UNKNOWN_COLUMN
from gateway.registry.imports.limits import MOST_FAULTS
from gateway.registry.imports.merging import AT_ONCE, Staged, Way, analyse, merge_staged, write
from gateway.registry.imports.records import Column, Record, read_record
from gateway.registry.imports.report import CellError, ImportReport, RowError
from gateway.registry.imports.shown import shown
from gateway.registry.imports.staging import Plan, Watcher

_WORTH_ANALYSING = 500  # rows; fewer are joined well enough by whatever PostgreSQL takes them for

Texts = Mapping[str, str]  # column -> what a file's cell would hold


def import_rows(
    database: Database,
    plan: Plan,
    rows: Iterable[Texts],
    names: Collection[str],
    *,
    dry_run: bool = False,
    each: bool = False,
    watcher: Watcher | None = None,
) -> ImportReport:
    """Imports `rows`; the line of a fault counts them from 1. Memory holds a thousand at once.

    `names` are the columns that the rows speak of, as the headings of a file do: what a row lacks
    of them is an empty cell, and every other column stays as it is. What a row holds beyond them
    only completes it for the checks; of a person who is not known all columns are needed.

    With any fault nothing is written, but with `each` every row that is right. `became` and `kept`
    of the report say what became of each. The hooks of `watcher` are called as for a file:
    what `after_merge` writes is in the merge's own transaction, and what a hook raises undoes it.
    """
    watcher = watcher or Watcher()
    spoken = frozenset(names) & set(plan.columns)
    stage = partial(_stage, plan=plan, rows=rows, names=spoken, watcher=watcher)
    with database.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.detach()  # there the temporary table goes with the connection
        way = Way(dry_run=dry_run, each=each, by_row=True)
        return merge_staged(connection, plan, stage, watcher, way)


def _stage(
    connection: Connection,
    plan: Plan,
    rows: Iterable[Texts],
    names: frozenset[str],
    watcher: Watcher,
) -> Staged:
    _look_up(connection)
    staged, count = Staged(names), 0
    numbered = enumerate(rows, start=1)
    while batch := list(islice(numbered, AT_ONCE)):
        records = []
        for line, texts in batch:
            record, faults = _read(line, texts, plan, names)
            records.append(record)
            staged.errors += faults
        count += write(connection, plan, records)
        watcher.beat()
        watcher.rows_read(count)
        if len(staged.errors) > MOST_FAULTS:
            break
    if count >= _WORTH_ANALYSING:
        analyse(connection)
    return staged


def _look_up(connection: Connection) -> None:
    """A page of rows is looked up by index, not joined with the whole country: what PostgreSQL
    takes for the price of a random page is a spinning disk's."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL random_page_cost = 1.1"))


def _read(
    line: int, row: Texts, plan: Plan, names: frozenset[str]
) -> tuple[Record, list[RowError]]:
    texts = {name: row.get(name, "").strip() for name in plan.columns}
    read = tuple(
        name for name, column in plan.columns.items()
        if name in names or _is_readable(column, texts[name])
    )  # fmt: skip
    record, faults = read_record(
        (line, [texts[name] for name in read]), read, plan.columns, plan.check
    )
    return record, [*_unknown(line, row, plan), *faults]


def _is_readable(column: Column, text: str) -> bool:
    """What stands unchanged may be older than a file may say by now."""
    try:
        column.value(text)
    except CellError:
        return False
    return True


def _unknown(line: int, row: Texts, plan: Plan) -> Iterator[RowError]:
    for name in row:
        if name not in plan.columns:
            yield RowError(line, shown(name), UNKNOWN_COLUMN)
