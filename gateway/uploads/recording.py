"""What a merge changes, row by row, so that its page can say so and it can be taken back.

Written by one statement in the merge's own transaction, before the rows change: of a new row its
id, of a known one each field before and after as {"column": [before, after]}, in stored terms.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, case, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB

from gateway.registry.imports.staging import Merging
from gateway.registry.tables import beneficiaries, payments, registration_aliases, visits
from gateway.uploads.tables import import_changes

_BEFORE, _AFTER = 0, 1


def record_changes(
    connection: Connection, import_id: UUID, merging: Merging, stage: sa.Table
) -> None:
    """One row for every staged row that the merge will write; one without a change leaves none."""
    known = merging.table.c.id
    fields: ColumnElement[Any] = _fields(connection, merging)
    if connection.dialect.name == "postgresql":
        fields = sa.cast(fields, JSONB)
    rows = (
        select(
            literal(import_id, sa.Uuid),
            stage.c.line,
            func.coalesce(known, stage.c.row_id),
            known.is_(None),
            case((known.is_not(None), fields)),
        )
        .select_from(merging.joined)
        .where(or_(known.is_(None), merging.changed))
    )
    names = ["import_id", "line", "object_id", "is_new", "fields"]
    connection.execute(sa.insert(import_changes).from_select(names, rows, include_defaults=False))


def _fields(connection: Connection, merging: Merging) -> ColumnElement[str]:
    """The text of a JSON object; those that stay are not in it."""
    text: ColumnElement[str] = literal("")
    for name, after in merging.values.items():
        before = merging.table.c[name]
        pair = (
            literal(f'"{name}":[', sa.Text)
            + _json(connection, before)
            + literal(",", sa.Text)
            + _json(connection, after)
            + literal("],", sa.Text)
        )
        text = text + case((before.is_distinct_from(after), pair), else_=literal("", sa.Text))
    return literal("{", sa.Text) + func.rtrim(text, ",", type_=sa.Text) + literal("}", sa.Text)


def _json(connection: Connection, value: ColumnElement[Any]) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.json_quote(value, type_=sa.Text)
    return func.coalesce(sa.cast(func.to_json(value), sa.Text), literal("null"), type_=sa.Text)


def written_of(beneficiary_id: UUID) -> ColumnElement[bool]:
    """Whether what was written is her row, one merged into it, a payment or a visit of hers."""
    # One list of ids: an OR over several would read the whole table.
    merged = select(registration_aliases.c.was_id).where(
        registration_aliases.c.beneficiary_id == beneficiary_id
    )
    hers = [
        select(table.c.id).where(table.c.beneficiary_id == beneficiary_id)
        for table in (payments, visits)
    ]
    herself = select(beneficiaries.c.id).where(beneficiaries.c.id == beneficiary_id)
    return import_changes.c.object_id.in_(union_all(herself, merged, *hers))


def is_in(connection: Connection, name: str) -> ColumnElement[bool]:
    """Whether the field changed."""
    fields = import_changes.c.fields
    if connection.dialect.name == "sqlite":
        return func.json_type(fields, f'$."{name}"').is_not(None)
    return func.jsonb_exists(fields, name, type_=sa.Boolean)


def before(connection: Connection, column: sa.Column[Any]) -> ColumnElement[Any]:
    """What it was, of the column's own type."""
    return _side(connection, column, _BEFORE)


def after(connection: Connection, column: sa.Column[Any]) -> ColumnElement[Any]:
    """What the import made of it."""
    return _side(connection, column, _AFTER)


def _side(connection: Connection, column: sa.Column[Any], side: int) -> ColumnElement[Any]:
    fields = import_changes.c.fields
    if connection.dialect.name == "sqlite":
        return sa.type_coerce(func.json_extract(fields, f'$."{column.name}"[{side}]'), column.type)
    text = func.jsonb_extract_path_text(fields, column.name, str(side), type_=sa.Text)
    return sa.cast(text, column.type)
