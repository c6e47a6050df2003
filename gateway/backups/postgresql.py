"""A dump in PostgreSQL's custom format, and a restore of it in one transaction."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg

from gateway.backups.faults import BackupError
from gateway.backups.tools import Tools, said

# Whoever waits longer for a table has everybody else wait behind it.
_LOCK = "--lock-wait-timeout=60s"
_HEADER = 65_536
# Written by pg_dump 17 and newer, unknown to an older server.
_NEWER = b"SET transaction_timeout = 0;\n"
_KNOWS_IT = 170_000
_DROP = """
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT format('public.%I', c.relname) AS name, c.relkind FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i'))
      ORDER BY c.relkind = 'S' LOOP
    EXECUTE CASE one.relkind WHEN 'v' THEN 'DROP VIEW IF EXISTS '
      WHEN 'm' THEN 'DROP MATERIALIZED VIEW IF EXISTS ' WHEN 'S' THEN 'DROP SEQUENCE IF EXISTS '
      WHEN 'f' THEN 'DROP FOREIGN TABLE IF EXISTS ' ELSE 'DROP TABLE IF EXISTS ' END
      || one.name || ' CASCADE';
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE 'DROP ROUTINE ' || one.name || ' CASCADE';
  END LOOP;
END $$;
"""


def check_unpooled(url: str) -> None:
    """Raises BackupError behind a pooler: what pg_dump sets for its session would be left on
    connections that others have next, an empty search_path among it.

    PgBouncer gives its clients a process number of its own.
    """
    with _connected(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
        if row is None or row[0] != connection.info.backend_pid:
            raise BackupError(
                "a pooler stands before the database: set DATABASE_DIRECT_URL to PostgreSQL itself."
            )


def dump(tools: Tools, to: Path) -> None:
    """Writes one consistent moment to `to`, and reads its table of contents again."""
    tools.run(
        "pg_dump", "--format=custom", "--no-owner", "--no-privileges", _LOCK, f"--file={to}",
        f"--dbname={tools.conninfo}",
    )  # fmt: skip
    tools.run("pg_restore", "--list", str(to))


def size(url: str) -> int:
    """Octets of the database, as it lies on the disk."""
    return int(_ask(url, "SELECT pg_database_size(current_database())"))


def revision_of(tools: Tools, file: Path) -> str:
    """The migration that the dump stands at. Raises BackupError where it is no dump of ours."""
    table = ("--data-only", "--table=alembic_version")
    lines = tools.run("pg_restore", *table, "--file=-", str(file)).splitlines()
    rows = [at for at, line in enumerate(lines) if line.startswith("COPY public.alembic_version")]
    if not rows:
        raise BackupError("it holds no table alembic_version: it is no backup of the gateway.")
    return lines[rows[0] + 1]


def is_empty(url: str) -> bool:
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return int(_ask(url, tables)) == 0


def others(url: str) -> int:
    """How many are connected to it beside us; who is just leaving, we ourselves, is none."""
    for wait in (0.0, 0.2, 0.5, 1.0):
        time.sleep(wait)
        found = int(_ask(url, f"SELECT count(*) {_OTHERS}"))
        if not found:
            break
    return found


def disconnect_others(url: str) -> None:
    _ask(url, f"SELECT count(pg_terminate_backend(pid)) {_OTHERS}")


_OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def load(tools: Tools, file: Path, *, drop: bool) -> None:
    """All of it in one transaction, or nothing: `drop`: instead of what is there.

    Raises BackupError; then the database is as it was.
    """
    knows = int(_ask(tools.url, "SHOW server_version_num")) >= _KNOWS_IT
    with tempfile.TemporaryFile("w+") as complaints:
        given = subprocess.Popen(  # noqa: S603 - PostgreSQL's own
            [tools.program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)],
            stdout=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip
        taken = subprocess.Popen(  # noqa: S603 - PostgreSQL's own
            [tools.program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
             "--output=/dev/null", f"--dbname={tools.conninfo}"],
            stdin=subprocess.PIPE, stderr=complaints, env=tools.environ,
        )  # fmt: skip
        whole = _pour(given, taken, drop=drop, knows=knows)
        if not whole or taken.returncode:
            complaints.seek(0)
            why = said(complaints.read().splitlines())
            raise BackupError(f"nothing was restored, all is as it was: {why}")


def _pour(
    given: subprocess.Popen[bytes], taken: subprocess.Popen[bytes], *, drop: bool, knows: bool
) -> bool:
    """Without the COMMIT at its end everything is rolled back: it is said once all was read."""
    source, sink = _open(given.stdout), _open(taken.stdin)
    try:
        sink.write(b"BEGIN;\nSET LOCAL lock_timeout = '10s';\n" + (_DROP.encode() if drop else b""))
        header = source.read(_HEADER)
        sink.write(header if knows else header.replace(_NEWER, b""))
        shutil.copyfileobj(source, sink)
        whole = given.wait() == 0
        sink.write(b"COMMIT;\n" if whole else b"ROLLBACK;\n")
    except BrokenPipeError:
        whole = False
    finally:
        with suppress(BrokenPipeError):
            sink.close()
        source.close()
        given.wait()
        taken.wait()
    return whole


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise BackupError("a program of PostgreSQL did not start.")
    return stream


def _ask(url: str, question: str) -> str:
    with _connected(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise BackupError(f"the database does not answer: {str(error).splitlines()[0]}") from None
