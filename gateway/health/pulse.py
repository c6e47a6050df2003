"""The row by which a worker or scheduler says that it is alive; it goes where that is stopped."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import SQLAlchemyError
from uuid_utils.compat import uuid7

from gateway.health.processes import KEPT, Kind
from gateway.messaging.tables import processes
from gateway.registry.clock import Clock, offset, utc_now
from gateway.registry.database import Database
from gateway.registry.deadlines import within

BEAT_SECONDS = 10.0
ANSWER_SECONDS = 2.0  # a database that hangs must not hold up whoever says that it is alive


class Pulse:
    """Of one process. Moments are the database's, which is not asked more than every ten seconds;
    where it is away nothing is said: that is seen without us.
    """

    def __init__(
        self,
        database: Database,
        kind: Kind,
        *,
        process: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._kind = kind
        self._process = process
        self._monotonic = monotonic
        self._next_at = 0.0
        self.id: UUID = uuid7()

    def beat(self, *, busy_seconds: float | None = None) -> bool:
        """Whether the database was asked. `busy_seconds`: how much longer the job that it has may
        take at most.
        """
        if self._monotonic() < self._next_at:
            return False
        self._next_at = self._monotonic() + BEAT_SECONDS
        with suppress(SQLAlchemyError), self._quickly() as connection:
            self._write(connection, busy_seconds)
        return True

    def end(self) -> None:
        """Stopped, not lost."""
        with suppress(SQLAlchemyError), self._quickly() as connection:
            connection.execute(delete(processes).where(processes.c.id == self.id))

    @contextmanager
    def _quickly(self) -> Iterator[Connection]:
        with within(ANSWER_SECONDS, "pulse"), self._database.writing() as connection:
            yield connection

    def _write(self, connection: Connection, busy_seconds: float | None) -> None:
        behind = offset(connection, self._process)
        now = self._process() + behind
        back = None if busy_seconds is None else now + timedelta(seconds=busy_seconds)
        values = {
            "beat_at": now,
            "due_back_at": back,
            "clock_ahead_seconds": -behind.total_seconds(),
        }
        mine = processes.c.id == self.id
        if connection.execute(update(processes).where(mine).values(values)).rowcount:
            return
        connection.execute(delete(processes).where(processes.c.beat_at < now - KEPT))
        row = {"id": self.id, "kind": self._kind, "host": socket.gethostname()[:64], **values}
        connection.execute(insert(processes).values(row))
