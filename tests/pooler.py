"""Debian's PgBouncer, in transaction mode: after a commit the session is anybody's."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.ports import free_port
from tests.worker.processes import until

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
# As deploy/postgresql.md has it, and with so few connections to the server that they are shared.
CONFIGURATION = """
[databases]
* = host={folder} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
{user}
"""


@contextmanager
def pooled(url: str, folder: Path, *, size: int = 1, mode: str = "transaction") -> Iterator[str]:
    """The URL of PostgreSQL at `url` through a pooler with so many connections to it."""
    if PGBOUNCER is None:
        reason = "Debian's pgbouncer is not installed"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    socket, port = parse_qs(urlsplit(url).query)["host"][0], free_port()
    owner = pwd.getpwuid(Path(socket).stat().st_uid).pw_name
    as_owner = f"user = {owner}" if os.getuid() == 0 else ""  # it refuses to run as root
    file = folder / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(folder=socket, port=port, user=as_owner, size=size, mode=mode)
    )
    with file.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen([PGBOUNCER, file], stdout=log, stderr=log)  # noqa: S603 - Debian's
        through = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"
        until(lambda: _answers(through))
        yield through
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, autocommit=True) as connection:  # any mode knows a statement
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
