"""Many rows in one statement: the rows travel as one JSON value, the same in both databases."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Subquery,
    Table,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import DateTime, String

from gateway.registry.database import UtcDateTime

Rows = Sequence[Mapping[str, Any]]  # dicts, when it comes to it

_SQLITE = sqlite.dialect()


def insert_new(connection: Connection, table: Table, rows: Rows) -> int:
    """Inserts `rows` (all with the same keys), passes over those whose key exists; how many.

    A column that no row names gets the database's NULL, not the default of its Column.
    """
    if not rows:
        return 0
    names = list(rows[0])
    source = values_table(connection, rows, [table.c[name] for name in names])
    # SQLite needs the WHERE to tell ON CONFLICT from a join's ON.
    picked = select(*(source.c[name] for name in names)).where(true())
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).from_select(names, picked, include_defaults=False)
    counting = {"preserve_rowcount": True}
    return connection.execute(
        statement.on_conflict_do_nothing(), execution_options=counting
    ).rowcount


def put_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Inserts `rows` as they are, by COPY where there is one; a column they lack gets NULL."""
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), list(rows))
        return
    names = [one.name for one in table.columns]
    listed = sql.SQL(", ").join(map(sql.Identifier, names))
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), listed)
    cursor: Any = connection.connection.cursor()  # psycopg's own
    with cursor, cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row([row.get(name) for name in names])


def values_table(connection: Connection, rows: Rows, columns: Sequence[Column[Any]]) -> Subquery:
    """`rows` as a relation with the names and types of `columns`, to join an UPDATE with."""
    on_sqlite = connection.dialect.name == "sqlite"
    payload = json.dumps(rows, default=_for_sqlite if on_sqlite else _for_postgresql)
    value = bindparam("values_table", payload, type_=String, unique=True)
    if on_sqlite:
        each = func.json_each(value).table_valued("value")
        picked: list[ColumnElement[Any]] = [
            type_coerce(func.json_extract(each.c.value, f"$.{one.name}"), one.type).label(one.name)
            for one in columns
        ]
        # The LIMIT keeps SQLite from reading the JSON again for every row it is joined with.
        return select(*picked).limit(len(rows)).subquery("values_table")
    typed = [column(one.name, _wire_type(one)) for one in columns]
    records = (
        func.json_to_recordset(cast(value, postgresql.JSON))
        .table_valued(*typed)
        .render_derived(name="records", with_types=True)
    )
    return select(*(records.c[one.name] for one in columns)).subquery("values_table")


def is_row(
    connection: Connection, key: ColumnElement[Any], new: Subquery, rows: Rows
) -> ColumnElement[bool]:
    """`key` is the id of one of `new`, which is made of `rows`.

    PostgreSQL is given the ids too: it takes JSON for so many rows that it would read the table.
    """
    same = key == new.c.id
    if connection.dialect.name == "sqlite":
        return same
    return same & one_of(connection, key, [row["id"] for row in rows])


def one_of(
    connection: Connection, wanted: ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """`wanted IN (values)` with one parameter, however many values there are."""
    if connection.dialect.name == "sqlite":
        plain = json.dumps(list(values), default=_for_sqlite)
        each = func.json_each(bindparam("values", plain, type_=String, unique=True))
        return wanted.in_(select(each.table_valued("value").c.value))
    array = postgresql.ARRAY(wanted.type)
    return wanted == func.any(bindparam("values", list(values), type_=array, unique=True))


def _wire_type(one: Column[Any]) -> Any:
    return DateTime(timezone=True) if isinstance(one.type, UtcDateTime) else one.type


def _for_postgresql(value: Any) -> Any:
    """As the database itself writes down what JSON has no word for."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        moment = UtcDateTime().process_bind_param(value, _SQLITE)
        return moment.isoformat(" ", "microseconds") if moment else None
    return _for_postgresql(value)
