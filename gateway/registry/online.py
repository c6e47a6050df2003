"""What a migration does to a table of millions while everybody works with it.

Each of them commits what the revision has done so far, may be broken off at any moment, and is
done again from its beginning: so whoever calls it must be able to do that too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import Column, Connection, TextClause

from gateway.registry.postgresql import is_pooled

Columns = Sequence[str | TextClause]


def add_column(table: str, column: Column[Any]) -> None:
    """As Alembic's, and no fault where it is there: for what one of the others follows."""
    there = op.get_context().dialect.name == "postgresql"
    op.add_column(table, column, if_not_exists=there or None)


def create_index(name: str, table: str, columns: Columns, **options: Any) -> None:
    """As Alembic's, but PostgreSQL makes it beside the work of others.

    What an attempt that was broken off has left is dropped first: it is of no use to anybody.
    """
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, **options)
        return
    with _beside_others():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)


def drop_index(name: str, table: str) -> None:
    """As Alembic's, and no fault where it is gone."""
    if op.get_context().dialect.name != "postgresql":
        op.drop_index(name, table, if_exists=True)
        return
    with _beside_others():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


@contextmanager
def in_steps() -> Iterator[Connection]:
    """A connection of which each statement is a transaction, so that no row is held for longer
    than its own step: for what fills a new column. SQLite has one writer anyway."""
    if op.get_context().dialect.name != "postgresql":
        yield op.get_bind()
        return
    with op.get_context().autocommit_block():
        yield op.get_bind()


@contextmanager
def _beside_others() -> Iterator[None]:
    """To wait for whoever has the table open blocks nobody here, so it may take as long as it does.

    Only a session of our own can be told so: behind a pooler the role's limits hold.
    """
    with in_steps() as connection:
        own = not is_pooled(connection)
        for name in ("lock_timeout", "statement_timeout") if own else ():
            connection.exec_driver_sql(f"SET {name} = 0")
        try:
            yield
        finally:
            for name in ("lock_timeout", "statement_timeout") if own else ():
                connection.exec_driver_sql(f"RESET {name}")
