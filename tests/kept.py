"""Rows that take long to make: made once for each database of the run, and put back when asked for
again.
"""

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from gateway.registry.database import Database
from gateway.registry.tables import metadata

_COUNTED = "select sequencename, last_value from pg_sequences where last_value is not null"
Kept = tuple[list[tuple[Table, list[dict[str, Any]]]], list[tuple[str, int]]]
_kept: dict[tuple[str, str, Hashable], Kept] = {}


def once(database: Database, what: Hashable, make: Callable[[], object]) -> None:
    """Has `database`, which is empty, hold what `make` writes; `what` names it within its module.

    They are the same to the letter each time, ids included.
    """
    key = (str(database.engine.url), make.__module__, what)
    if key not in _kept:
        make()
        with database.reading() as connection:
            _kept[key] = _read(connection)
        return
    with database.writing() as connection:
        _write(connection, *_kept[key])


def _read(connection: Connection) -> Kept:
    tables = [
        (table, [dict(row) for row in connection.execute(select(table)).mappings()])
        for table in metadata.sorted_tables
    ]
    counted = []
    if connection.dialect.name == "postgresql":
        counted = [(row[0], row[1]) for row in connection.exec_driver_sql(_COUNTED)]
    return [(table, rows) for table, rows in tables if rows], counted


def _write(
    connection: Connection,
    tables: list[tuple[Table, list[dict[str, Any]]]],
    counted: list[tuple[str, int]],
) -> None:
    for table, rows in tables:
        connection.execute(insert(table), rows)
    for sequence, value in counted:
        connection.exec_driver_sql(f"select setval('{sequence}', {value})")
