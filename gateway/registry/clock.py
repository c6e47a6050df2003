"""The database's clock: the one that all processes and machines share.

A lease that one process gives and another takes back, a wait, an end: each is a moment that is
written by one machine and compared by another. Twenty minutes between their clocks make a call
that has just begun look abandoned. So moments are the database's: how far it is from the clock
of the process is read with each claim or sweep, and the moment is handed on as an argument.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from gateway.registry.database import Database

Clock = Callable[[], datetime]
# A clock as of now, put right by what the database says on this connection.
ClockReader = Callable[[Connection], Clock]


def utc_now() -> datetime:
    """The clock of this process, which may be wrong."""
    return datetime.now(UTC)


def database_now(connection: Connection, process: Clock = utc_now) -> datetime:
    """The moment by the database. SQLite has no clock but that of the machine: `process`.

    Not the start of the transaction, which may have waited for a lock.
    """
    if connection.dialect.name == "sqlite":
        return process()
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def offset(connection: Connection, process: Clock = utc_now) -> timedelta:
    """How far the database is ahead of `process`; half of what the question took is added."""
    if connection.dialect.name == "sqlite":
        return timedelta(0)
    asked_at = process()
    there = database_now(connection)
    return there - asked_at - (process() - asked_at) / 2


def database_clock(connection: Connection, process: Clock = utc_now) -> Clock:
    """`process` put right, for as long as a batch or a sweep takes."""
    ahead = offset(connection, process)
    return lambda: process() + ahead


def read_clock(database: Database, clock: ClockReader = database_clock) -> datetime:
    """The moment by the database, where no transaction is open yet."""
    with database.reading() as connection:
        return clock(connection)()
