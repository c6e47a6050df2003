"""Counting what a merge would do; the same expressions then do it."""

from collections.abc import Iterable, Mapping
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

from gateway.registry.imports.report import ImportReport, Kept


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
