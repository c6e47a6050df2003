"""A pooler set up wrong, and what the doctor says to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from gateway.core.findings import Level
from tests.cli.checkup.conftest import Doctor, says
from tests.pooler import pooled as pool

pytestmark = pytest.mark.long
Pooled = Callable[[str], str]


@pytest.fixture
def pooled(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pooled]:
    """`pooled("session")`: PostgreSQL's URL through it."""
    folder: Path = tmp_path_factory.mktemp("pgbouncer")
    with ExitStack() as running:
        yield lambda mode: running.enter_context(pool(postgresql_url, folder, size=10, mode=mode))


def test_each_client_its_own_connection(doctor: Doctor, pooled: Pooled):
    found = doctor("pooler", database_url=pooled("session"), database_prepared="off")
    says(found, Level.WARNING, "The pooler gives each client a connection of its own")


def test_prepared_statements_that_are_mixed_up(doctor: Doctor, pooled: Pooled):
    """Debian 12's; newer ones keep them apart."""
    url = pooled("transaction")
    assert doctor("pooler", database_url=url, database_prepared="off") == ()
    with psycopg.connect(url, autocommit=True) as connection:
        left = connection.execute("SELECT name FROM pg_prepared_statements").fetchall()
    assert left == [], "nothing is left behind"
    found = doctor("pooler", database_url=url)
    says(
        found,
        Level.FAULT,
        "The pooler is older than PgBouncer 1.21 and mixes up prepared statements",
    )


def test_no_transactions(doctor: Doctor, pooled: Pooled):
    found = doctor("database", database_url=pooled("statement"), database_prepared="off")
    says(found, Level.FAULT, "The pooler knows no transactions")
