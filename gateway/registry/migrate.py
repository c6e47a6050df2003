"""Brings a database to the newest schema. Configured here: there is no ini file."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable, QueryCanceled
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from gateway.registry.database import Database
from gateway.registry.postgresql import is_pooled

_SCRIPTS = Path(__file__).with_name("migrations")
_MIGRATING = 5550001  # any number that nothing else locks by
TURN_SECONDS = 3600.0  # another migration may take so long
TURN_PAUSE_SECONDS = 0.1

LOCK_SECONDS = 0.8  # as long as anybody waits behind us
TRIES = 120
PAUSE_SECONDS = 1.0


class LockedError(Exception):
    """Somebody held a table for all the time that we tried to change it, or our role may not ask
    for as long as it takes. The revisions before are applied."""


def upgrade(
    database_url: str,
    revision: str = "head",
    *,
    prepared: bool = True,
    lock_seconds: float = LOCK_SECONDS,
    tries: int = TRIES,
    pause_seconds: float = PAUSE_SECONDS,
) -> None:
    """Applies what is missing up to `revision`, on PostgreSQL each revision in transactions of its
    own; two at once take turns. It may be killed at any moment and run again.

    Whoever waits for a table has everybody else wait behind it: so it is given up after
    `lock_seconds`, and tried again a little later. Raises LockedError after so many tries of one
    revision.
    """
    database = Database(database_url, name="gateway migration", prepared=prepared)
    if database.engine.dialect.name == "sqlite" and database.engine.url.database:
        with suppress(OSError):  # SQLite says it better
            Path(database.engine.url.database).parent.mkdir(exist_ok=True)
    try:
        if database.engine.dialect.name == "sqlite":
            with database.writing() as connection:
                command.upgrade(configuration(connection), revision)
        else:
            _step_by_step(database, revision, lock_seconds, tries, pause_seconds)
    finally:
        database.dispose()


def revisions() -> list[str]:
    """All that this release knows, oldest first."""
    walked = ScriptDirectory(str(_SCRIPTS)).walk_revisions()
    return [script.revision for script in walked][::-1]


def _step_by_step(
    database: Database, revision: str, lock_seconds: float, tries: int, pause_seconds: float
) -> None:
    """Over again from where it stands, as often as a table is not to be had."""
    left = tries
    while True:
        before = _heads(database)
        try:
            with database.engine.connect() as connection:
                _take_turn(connection)
                event.listen(connection, "begin", _limiting(lock_seconds))
                command.upgrade(configuration(connection), revision)
                connection.detach()  # closed, so its turn is over
        except Exception as error:
            if _heads(database) != before:  # we, or somebody else at the same time, came further
                left = tries
                continue
            left -= 1
            _give_up_or_wait(error, left, pause_seconds)
        else:
            return


def _give_up_or_wait(error: Exception, left: int, pause_seconds: float) -> None:
    said = getattr(error, "orig", None) if isinstance(error, OperationalError) else None
    if isinstance(said, QueryCanceled):
        raise LockedError(
            "its role may not ask for as long as it takes, and a pooler is in the way of asking "
            "for more: run it past the pooler"
        ) from error
    if not isinstance(said, LockNotAvailable):
        raise error
    if not left:
        raise LockedError("another transaction holds a table") from error
    time.sleep(pause_seconds)


def _heads(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def _take_turn(connection: Connection) -> None:
    """For as long as the connection is open; asked for time and again, since a statement that waits
    for it would be waited for by an index that is made beside others.

    Behind a pooler no session is ours: there two at once stumble over one another's revisions, and
    whose transaction fails goes on from where the other has come.
    """
    if is_pooled(connection):
        return
    end = time.monotonic() + TURN_SECONDS
    while not connection.execute(select(func.pg_try_advisory_lock(_MIGRATING))).scalar_one():
        connection.rollback()
        if time.monotonic() > end:
            raise LockedError("another migration is on its way")
        time.sleep(TURN_PAUSE_SECONDS)
    connection.commit()


def _limiting(lock_seconds: float) -> Callable[[Connection], None]:
    """Each transaction waits for no table for long, and takes as long as it does. For itself alone:
    nothing that a pooler would have to know of."""

    def limit(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            return  # what blocks nobody: gateway.registry.online
        _limit(connection, "lock_timeout", lock_seconds)
        _limit(connection, "statement_timeout", 0)

    return limit


def _limit(connection: Connection, name: str, seconds: float) -> None:
    connection.execute(select(func.set_config(name, f"{round(seconds * 1000)}ms", True)))


def configuration(connection: Connection) -> Config:
    """An Alembic configuration that works on `connection`, for any of Alembic's commands."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
