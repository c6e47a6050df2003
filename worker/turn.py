"""Whose turn it is among several schedulers: a row that its holder keeps, in the database that all
their work is in. No Redis is asked.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.exc import SQLAlchemyError
from uuid_utils.compat import uuid7

from gateway.messaging.tables import scheduler_turns
from gateway.registry.bulk import insert_new
from gateway.registry.clock import Clock, database_now, utc_now
from gateway.registry.database import Database

SCHEDULER = "scheduler"
TURN_SECONDS = 5.0


class Turn:
    """Of several schedulers only the holder works.

    It lapses soon: a killed holder is missed for seconds, and one that is busy for longer may be
    joined by another. No harm is done, each chore may be done twice. Without the database nobody
    has it: there is nothing to do.
    """

    def __init__(
        self,
        database: Database,
        seconds: float = TURN_SECONDS,
        *,
        process: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._seconds = seconds
        self._process = process
        self._monotonic = monotonic
        self._holder: UUID = uuid7()
        self._sure_until = 0.0

    def is_ours(self) -> bool:
        """Takes or keeps the turn; asks again when half of it is over."""
        asked_at = self._monotonic()
        if asked_at < self._sure_until:
            return True
        try:
            ours = self._take()
        except SQLAlchemyError:
            return False
        self._sure_until = asked_at + self._seconds / 2 if ours else 0.0
        return ours

    def give_up(self) -> None:
        """Another may have it at once."""
        if not self._sure_until:
            return
        self._sure_until = 0.0
        with suppress(SQLAlchemyError), self._database.writing() as connection:
            now = database_now(connection, self._process)
            mine = scheduler_turns.c.holder == self._holder
            connection.execute(update(scheduler_turns).where(mine).values(until_at=now))

    def _take(self) -> bool:
        with self._database.writing() as connection:
            now = database_now(connection, self._process)
            values = {"holder": self._holder, "until_at": now + timedelta(seconds=self._seconds)}
            free = or_(scheduler_turns.c.holder == self._holder, scheduler_turns.c.until_at <= now)
            only = scheduler_turns.c.name == SCHEDULER
            kept = connection.execute(update(scheduler_turns).where(only, free).values(values))
            row = {"name": SCHEDULER, **values}
            return bool(kept.rowcount) or insert_new(connection, scheduler_turns, [row]) == 1
