"""Whether this machine's clock agrees with the database's: else one of the two is wrong, and what
cannot be taken back (planning, sending, expiring, purging) waits until they agree.
"""

import logging
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from babel.dates import format_timedelta
from sqlalchemy import Connection, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.logs import where
from gateway.messaging.tables import alerts
from gateway.registry.clock import Clock, database_now, utc_now
from gateway.registry.database import Database

APART = timedelta(seconds=5)
LOOK_SECONDS = 10.0
CLOCK_WRONG = "clock_wrong"

logger = logging.getLogger(__name__)


class ClockWatch:
    """`host` names this machine in the alert that staff see."""

    def __init__(
        self,
        database: Database,
        process: Clock = utc_now,
        *,
        host: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._process = process
        self._host = host or socket.gethostname()
        self._monotonic = monotonic
        self._next_at = 0.0
        self._right: bool | None = None

    def is_right(self) -> bool:
        """As of a few seconds ago; False while the database has not been asked yet."""
        if self._monotonic() >= self._next_at:
            self._next_at = self._monotonic() + LOOK_SECONDS
            try:
                self._look()
            except Exception as error:  # the chores will say so too
                logger.error("clock not compared: %s", where(error))  # noqa: TRY400 - no rows
        return bool(self._right)

    def _look(self) -> None:
        apart = self._apart()
        right = apart <= APART
        if right is not self._right:
            self._tell(right, apart)
        self._right = right

    def _apart(self) -> timedelta:
        """At least so far: the answer was given at some moment between the two."""
        with self._database.reading() as connection:
            connection.execute(select(1))  # what opening takes does not count
            asked_at = self._process()
            there = database_now(connection, self._process)
            answered_at = self._process()
        return max(asked_at - there, there - answered_at, timedelta(0))

    def _tell(self, right: bool, apart: timedelta) -> None:
        """In the log, and to staff by an alert: one for each host, until its clock is right."""
        if not right:
            logger.error(
                "clock wrong: %s from the database's; nothing is planned, expired or purged",
                # Seconds of some years have as many digits as a phone, and are cut out of a log.
                format_timedelta(apart, locale="en"),
            )
        elif self._right is False:
            logger.warning("clock right again")
        with self._database.writing() as connection:
            _one_at_a_time(connection, self._host)
            now = database_now(connection, self._process)
            unresolved = select(alerts).where(
                alerts.c.kind == CLOCK_WRONG, alerts.c.resolved_at.is_(None)
            )
            ours = [
                row.id for row in connection.execute(unresolved) if row.detail["host"] == self._host
            ]
            if right and ours:
                connection.execute(
                    update(alerts).where(alerts.c.id.in_(ours)).values(resolved_at=now)
                )
            elif not right and not ours:
                detail = {"host": self._host, "seconds": round(apart.total_seconds())}
                row = {"id": uuid7(), "kind": CLOCK_WRONG, "detail": detail, "opened_at": now}
                connection.execute(insert(alerts).values(row))


def _one_at_a_time(connection: Connection, host: str) -> None:
    """Two schedulers of a host look at the same moment. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(f"clock of:{host}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
