"""Brings a database to the newest schema. Configured here: there is no ini file."""

import time
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from gateway.registry.database import Database

_SCRIPTS = Path(__file__).with_name("migrations")
_MIGRATING = 5550001  # any number that nothing else locks by
TURN_SECONDS = 600.0  # another migration may take so long

LOCK_SECONDS = 3.0
TRIES = 20
PAUSE_SECONDS = 2.0


class LockedError(Exception):
    """Somebody held a table for all the time that we tried to change it."""


def upgrade(
    database_url: str,
    revision: str = "head",
    *,
    prepared: bool = True,
    lock_seconds: float = LOCK_SECONDS,
    tries: int = TRIES,
    pause_seconds: float = PAUSE_SECONDS,
) -> None:
    """Applies what is missing up to `revision` in one transaction; two at once take turns.

    Whoever waits for a table has everybody else wait behind it: so it is given up after
    `lock_seconds`, and tried again a little later. Raises LockedError after so many tries.
    """
    database = Database(database_url, prepared=prepared)
    if database.engine.dialect.name == "sqlite" and database.engine.url.database:
        with suppress(OSError):  # SQLite says it better
            Path(database.engine.url.database).parent.mkdir(exist_ok=True)
    try:
        for left in reversed(range(tries)):
            try:
                _upgrade(database, revision, lock_seconds)
            except OperationalError as error:
                if not isinstance(error.orig, LockNotAvailable):
                    raise
                if not left:
                    raise LockedError("another transaction holds a table") from error
                time.sleep(pause_seconds)
            else:
                return
    finally:
        database.dispose()


def _upgrade(database: Database, revision: str, lock_seconds: float) -> None:
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            _limit(connection, "lock_timeout", TURN_SECONDS)
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            _limit(connection, "lock_timeout", lock_seconds)
            _limit(connection, "statement_timeout", 0)  # whatever the role's is: it may take long
        command.upgrade(configuration(connection), revision)


def _limit(connection: Connection, name: str, seconds: float) -> None:
    """For this transaction alone: nothing that a pooler would have to know of."""
    connection.execute(select(func.set_config(name, f"{round(seconds * 1000)}ms", True)))


def configuration(connection: Connection) -> Config:
    """An Alembic configuration that works on `connection`, for any of Alembic's commands."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
