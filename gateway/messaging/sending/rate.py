"""The provider's rate over all workers: segments in any one second, counted in SQL.

In a row a provider, locked for as long as it is looked at: it holds with Redis and without, and
where one machine alone has lost it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, Select, select, update
from sqlalchemy.exc import DBAPIError

from gateway.messaging.tables import provider_rates
from gateway.registry.bulk import insert_new
from gateway.registry.clock import ClockReader, database_clock
from gateway.registry.database import Database

SHORTEST_WAIT_SECONDS = 0.002
AWAY_SECONDS = 0.25  # before a lost database is asked again
WINDOW = 1_000_000  # microseconds

Taken = list[list[int]]  # [microseconds since 1970, segments], the oldest first


class Rate(Protocol):
    """Hands out segments; `per_second` 0 means as many as one likes."""

    @property
    def per_second(self) -> int: ...

    def wait_for_room(self, *, patience_seconds: float) -> bool:
        """Until something might be taken; takes nothing."""
        ...

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """Waits for `segments`; False where they did not come in time, then none is spent."""
        ...


class Unlimited:
    per_second = 0

    def wait_for_room(self, *, patience_seconds: float) -> bool:  # noqa: ARG002 - see Rate
        return True

    def take(self, segments: int, *, patience_seconds: float) -> bool:  # noqa: ARG002 - see Rate
        return True


class SharedRate:
    """A moving window of one second, by the database's clock.

    Whoever finds no room waits until what is in the way is a second old, and does not ask again and
    again. A database that is away is no room.
    """

    def __init__(
        self,
        database: Database,
        provider: str,
        per_second: int,
        *,
        clock: ClockReader = database_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._provider = provider
        self._clock = clock
        self._sleep = sleep
        self.per_second = per_second

    def wait_for_room(self, *, patience_seconds: float) -> bool:
        return self._wait(self._look, time.monotonic() + patience_seconds)

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """A text of more segments than a second allows takes them second by second."""
        give_up_at = time.monotonic() + patience_seconds
        while segments > 0:
            some = min(segments, self.per_second)
            if not self._wait(partial(self._spend, some), give_up_at):
                return False
            segments -= some
        return True

    def _wait(self, ask: Callable[[], float], give_up_at: float) -> bool:
        while (wait := _asked(ask)) > 0:
            if time.monotonic() + wait > give_up_at:
                return False
            self._sleep(max(wait, SHORTEST_WAIT_SECONDS))
        return True

    def _look(self) -> float:
        with self._database.reading() as connection:
            row = connection.execute(self._row()).one_or_none()
            now = _micros(self._clock(connection)())
        return _until_room(_within(row.taken if row else [], now), 1, self.per_second, now)

    def _spend(self, segments: int) -> float:
        """Takes them where there is room; else how many seconds until there may be."""
        with self._database.writing() as connection:
            taken = self._locked(connection)
            now = _micros(self._clock(connection)())
            taken = _within(taken, now)
            wait = _until_room(taken, segments, self.per_second, now)
            if wait <= 0:
                mine = provider_rates.c.provider == self._provider
                values = {"taken": [*taken, [now, segments]]}
                connection.execute(update(provider_rates).where(mine).values(values))
        return wait

    def _locked(self, connection: Connection) -> Taken:
        """Until the transaction ends nobody else takes any."""
        asked = self._row().with_for_update()
        row = connection.execute(asked).one_or_none()
        if row is None:
            insert_new(connection, provider_rates, [{"provider": self._provider, "taken": []}])
            row = connection.execute(asked).one()
        taken: Taken = row.taken
        return taken

    def _row(self) -> Select[tuple[Taken]]:
        return select(provider_rates.c.taken).where(provider_rates.c.provider == self._provider)


def _asked(ask: Callable[[], float]) -> float:
    try:
        return ask()
    except DBAPIError:
        return AWAY_SECONDS


def _within(taken: Taken, now: int) -> Taken:
    """What counts still. What is of the future was written before the clock was set back."""
    return [one for one in taken if abs(now - one[0]) < WINDOW]


def _until_room(taken: Taken, segments: int, per_second: int, now: int) -> float:
    """Seconds until `segments` fit beside what is `taken`; 0: they do."""
    in_the_way = sum(count for _at, count in taken) + segments - per_second
    for at, count in taken:
        if in_the_way <= 0:
            break
        in_the_way -= count
        if in_the_way <= 0:
            return max(at + WINDOW - now, 1) / WINDOW
    return 0.0


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
