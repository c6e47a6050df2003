"""PostgreSQL: whether it answers, is new enough, has the tables, may be written to."""

from collections.abc import Iterator
from typing import Any

import psycopg
from alembic.migration import MigrationContext
from sqlalchemy import text

from gateway.backups.making import path_of
from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, warning
from gateway.registry.deadlines import PROBE, within
from gateway.registry.migrate import revisions
from gateway.registry.postgresql import is_pooled

LEAST_VERSION = 14  # client_connection_check_interval, among others
SHIPPED = "psql -f deploy/postgresql.sql, as PostgreSQL's administrator."
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_SECONDS = 4.0


def on_postgresql(installation: Installation) -> bool:
    return installation.database.engine.dialect.name == "postgresql"


def connect(installation: Installation, **more: Any) -> "psycopg.Connection[Any]":
    """Past SQLAlchemy, which cannot open a database of another encoding at all."""
    engine = installation.database.engine
    _arguments, options = engine.dialect.create_connect_args(engine.url)
    given = {"connect_timeout": 2, "fallback_application_name": "gateway doctor"}
    return psycopg.connect(**{**given, **options, **more})


def answers(installation: Installation) -> Iterator[Finding]:
    if not on_postgresql(installation):
        yield from _sqlite(installation)
        return
    try:
        with connect(installation) as connection:
            encoding = connection.info.parameter_status("server_encoding") or "unknown"
            version = connection.info.server_version // 10_000
            connection.execute("SELECT 1")
    except psycopg.Error as error:
        yield _unreachable(str(error))
        return
    if encoding != "UTF8":
        yield fault(
            f"The database's encoding is {encoding}: it keeps no Lao, and the service cannot use "
            "it at all.",
            "Make a new one with ENCODING 'UTF8' TEMPLATE template0 (docs/operating.md), load what "
            "was in this one, and name it in DATABASE_URL.",
        )
    if version < LEAST_VERSION:
        yield fault(
            f"PostgreSQL {version} is too old: {LEAST_VERSION} is the least.",
            "Upgrade it (pg_upgradecluster on Debian).",
        )


def _unreachable(said: str) -> Finding:
    """The driver's words name host and user, never the password."""
    reason = said.strip().splitlines()[-1] if said.strip() else "no reason given"
    if "password authentication failed" in said or "no password supplied" in said:
        return fault(
            "PostgreSQL does not take the password of DATABASE_URL.",
            "Set the role's password anew (ALTER ROLE ... PASSWORD) or mend DATABASE_URL; in an "
            "address / @ : and % of a password are written as %2F %40 %3A %25.",
        )
    if "statement pooling" in said:
        return fault(
            "The pooler knows no transactions (pool_mode = statement): nothing can be asked.",
            "pool_mode = transaction (deploy/postgresql.md).",
        )
    if "does not exist" in said:
        return fault(
            f"PostgreSQL answers and refuses: {reason}.",
            "Make role and database (docs/operating.md, step 3), or mend DATABASE_URL.",
        )
    if "target_session_attrs" in said or "read-only" in said or "session is not" in said:
        return fault(
            "None of the hosts of DATABASE_URL can be written to: all of them are standbys.",
            "Promote one (deploy/postgresql.md), or add the primary to DATABASE_URL.",
        )
    return fault(
        f"The database does not answer: {reason}.",
        "Start it, or mend host and port of DATABASE_URL; look at its own log.",
    )


def _sqlite(installation: Installation) -> Iterator[Finding]:
    path = path_of(installation.settings.database_url)
    if path is None or not path.exists():  # to open it would make an empty one
        yield fault(
            f"The file {path} of DATABASE_URL is not there.",
            "flask db upgrade makes it; or mend DATABASE_URL.",
        )
    elif not installation.settings.demo:
        yield warning(
            "DATABASE_URL is SQLite, which is for a demo or a small pilot: it has one writer.",
            "Use PostgreSQL before the service goes to a district (docs/operating.md, step 3).",
        )


def migrations(installation: Installation) -> Iterator[Finding]:
    with installation.database.reading() as connection:
        at = MigrationContext.configure(connection).get_current_heads()
    known = revisions()
    upgrade = "flask db upgrade (docs/operating.md, A new release)."
    if not at:
        yield fault("The database has no tables.", upgrade)
    elif at[0] not in known:
        yield warning(
            f"The database is at revision {at[0]}, which this release does not know: a newer "
            "release has migrated it.",
            "Run the newer release; this one is good for one step back only.",
        )
    elif at[0] != known[-1]:
        missing = len(known) - 1 - known.index(at[0])
        yield fault(f"{missing} migrations of this release are missing.", upgrade)


def limits(installation: Installation) -> Iterator[Finding]:
    if not on_postgresql(installation):
        return
    with within(_SECONDS, PROBE), installation.database.reading() as connection:
        found = {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in LIMITS}
    unlimited = [name for name, value in found.items() if value == "0"]
    if unlimited:
        yield warning(
            f"The role has no limit for {', '.join(unlimited)}: a client that hangs or dies "
            "without a word can hold a table for hours.",
            SHIPPED,
        )


def writable(installation: Installation) -> Iterator[Finding]:
    if not on_postgresql(installation):
        return
    asked = text(
        "SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') AS only, "
        "CASE WHEN to_regclass('messages') IS NULL THEN true "
        "ELSE has_table_privilege('messages', 'INSERT, UPDATE') END AS may"
    )
    with installation.database.reading() as connection:
        row = connection.execute(asked).one()
    if row.standby:
        yield fault(
            "DATABASE_URL leads to a standby: nothing can be written.",
            "Name all hosts in it with ?target_session_attrs=read-write, or promote this one.",
        )
    elif row.only == "on":
        yield fault(
            "The database is read-only for the service's role: nothing can be stored or sent.",
            "ALTER ROLE or ALTER DATABASE ... RESET default_transaction_read_only.",
        )
    elif not row.may:
        yield fault(
            "The service's role may not write to the tables, which belong to another role.",
            "REASSIGN OWNED BY the other role TO the service's, as PostgreSQL's administrator.",
        )


def role(installation: Installation) -> Iterator[Finding]:
    if not on_postgresql(installation) or installation.settings.demo:
        return
    with installation.database.reading() as connection:
        is_superuser = connection.execute(text("SHOW is_superuser")).scalar_one()
    if is_superuser == "on":
        yield warning(
            "The service's role is a superuser of PostgreSQL: whoever gets at the service has the "
            "whole server.",
            "ALTER ROLE ... NOSUPERUSER, or a role of its own (docs/operating.md, step 3).",
        )


def collation(installation: Installation) -> Iterator[Finding]:
    """After an upgrade of the system, indexes of text are in an order that nobody finds."""
    if not on_postgresql(installation):
        return
    asked = text(
        "SELECT datcollversion AS made, pg_database_collation_actual_version(oid) AS now "
        "FROM pg_database WHERE datname = current_database()"
    )
    with installation.database.reading() as connection:
        server: Any = connection.connection.dbapi_connection
        if server.info.server_version < 150_000:
            return
        row = connection.execute(asked).one()
    if row.made and row.now and row.made != row.now:
        yield fault(
            f"The order of text has changed under the database (collation {row.made}, now "
            f"{row.now}): indexes miss rows, and what is unique may come twice.",
            "In a quiet hour REINDEX DATABASE, then ALTER DATABASE ... REFRESH COLLATION VERSION.",
        )


def pooler(installation: Installation) -> Iterator[Finding]:
    if not on_postgresql(installation):
        return
    with installation.database.reading() as connection:
        pooled = is_pooled(connection)
    if not pooled:
        return
    shared, leaked = _shares(installation)
    if not shared:
        yield warning(
            "The pooler gives each client a connection of its own (pool_mode = session): web and "
            "workers wait for one another once default_pool_size is used up.",
            "pool_mode = transaction (deploy/postgresql.md).",
        )
    if leaked and installation.settings.prepares:
        yield fault(
            "The pooler is older than PgBouncer 1.21 and mixes up prepared statements: now and "
            "then a query fails.",
            "DATABASE_PREPARED=off, then restart; or a newer PgBouncer.",
        )


def _shares(installation: Installation) -> tuple[bool, bool]:
    """Whether a second client gets the connection of a first one that is at rest; whether it sees
    what the first has prepared. What was prepared is taken away again."""
    shared = leaked = False
    name = b"gateway_doctor"
    for _time in range(3):
        with (
            connect(installation, autocommit=True) as one,
            connect(installation, autocommit=True) as other,
        ):
            mine = one.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
            one.pgconn.prepare(name, b"SELECT 1")
            theirs = other.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
            shared |= mine == theirs
            ran = other.pgconn.exec_prepared(name, [])
            if ran.status == psycopg.pq.ExecStatus.TUPLES_OK:
                leaked = True
                other.pgconn.exec_(b"DEALLOCATE gateway_doctor")
        if shared:
            break
    return shared, leaked
