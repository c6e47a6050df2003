"""A pooler set up wrong, and what the doctor says to it."""

import os
import pwd
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from gateway.core.findings import Level
from tests.cli.checkup.conftest import Doctor, says
from tests.ports import free_port
from tests.registry.test_pooler import CONFIGURATION, PGBOUNCER
from tests.worker.processes import until

pytestmark = pytest.mark.long
Pooled = Callable[[str], str]


@pytest.fixture
def pooled(postgresql_url: str, tmp_path: Path) -> Iterator[Pooled]:
    """`pooled("session")`: PostgreSQL's URL through it."""
    if PGBOUNCER is None:
        reason = "Debian's pgbouncer is not installed"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    running: list[subprocess.Popen[bytes]] = []
    folder = parse_qs(urlsplit(postgresql_url).query)["host"][0]
    owner = pwd.getpwuid(Path(folder).stat().st_uid).pw_name
    user = f"user = {owner}" if os.getuid() == 0 else ""

    def start(mode: str) -> str:
        port, file = free_port(), tmp_path / f"{mode}.ini"
        written = CONFIGURATION.format(folder=folder, port=port, user=user)
        written = written.replace("pool_mode = transaction", f"pool_mode = {mode}")
        file.write_text(written.replace("default_pool_size = 1", "default_pool_size = 10"))
        for one in (tmp_path, *tmp_path.parents[:2], file):
            one.chmod(0o755)  # it goes on as PostgreSQL's user
        with file.with_suffix(".log").open("wb") as log:
            running.append(subprocess.Popen([str(PGBOUNCER), file], stdout=log, stderr=log))  # noqa: S603 - Debian's
        url = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(postgresql_url).path}"
        until(lambda: _listens(url))
        return url

    yield start
    for process in running:
        process.terminate()
        process.wait()


def _listens(url: str) -> bool:
    try:
        psycopg.connect(url, autocommit=True).close()
    except psycopg.OperationalError:
        return False
    return True


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
