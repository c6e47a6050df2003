"""Counting what a merge would do; the same expressions then do it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    case,
    func,
    or_,
    select,
)

from gateway.registry.imports.limits import MOST_LISTED
from gateway.registry.imports.report import Change, Changes, ImportReport, Kept

Fields = Mapping[str, tuple[ColumnElement[Any], ColumnElement[Any]]]  # before, after


def differs(table: Table, values: Mapping[str, Any]) -> ColumnElement[bool]:
    """Whether any of `values` is another one than the row has."""
    return or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))


def count_rows(
    connection: Connection,
    joined: FromClause,
    existing: Column[Any],
    changed: ColumnElement[bool],
    kept: Iterable[Kept] = (),
) -> ImportReport:
    """`joined` has a row a line, `existing` is null where it is new."""
    new = existing.is_(None)
    counted = select(
        func.count().label("rows"),
        func.count(case((new, 1))).label("new"),
        func.count(case((and_(~new, changed), 1))).label("changed"),
    ).select_from(joined)
    row = connection.execute(counted).one()
    return ImportReport(
        new=row.new,
        changed=row.changed,
        unchanged=row.rows - row.new - row.changed,
        kept=tuple(kept),
    )


def changed_fields(
    connection: Connection,
    joined: FromClause,
    known: ColumnElement[bool],
    stage: Table,
    fields: Fields,
) -> Changes:
    """Of rows that are `known`; each field as a file would write it."""
    differ = {
        name: and_(known, before.is_distinct_from(after))
        for name, (before, after) in fields.items()
    }
    counted = select(
        *(func.count(case((found, 1))).label(name) for name, found in differ.items())
    ).select_from(joined)
    counts = connection.execute(counted).one()._mapping
    return Changes(
        {name: counts[name] for name in fields if counts[name]},
        tuple(_listed(connection, joined, stage, fields, differ)) if any(counts.values()) else (),
    )


def _listed(
    connection: Connection,
    joined: FromClause,
    stage: Table,
    fields: Fields,
    differ: Mapping[str, ColumnElement[bool]],
) -> Iterator[Change]:
    columns = [
        expression.label(f"{name} {side}")
        for name, (before, after) in fields.items()
        for side, expression in (("was", before), ("is", after), ("differs", differ[name]))
    ]
    rows = (
        select(stage.c.line, stage.c.registration_no, *columns)
        .select_from(joined)
        .where(or_(*differ.values()))
        .order_by(stage.c.line)
        .limit(MOST_LISTED)
    )
    for row in connection.execute(rows).mappings():
        for name in fields:
            if row[f"{name} differs"]:
                was, now = written(row[f"{name} was"]), written(row[f"{name} is"])
                yield Change(row["line"], row["registration_no"], name, was, now)


def written(value: object) -> str:
    """A value as a file writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
