"""Figures are counted in one go for each topic and kept; reading them costs nothing.

The scheduler counts what is looked at every day. A page counts again by itself where counting is
cheap: as long as it takes less than a fixed share of the time.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from gateway.figures.tables import figure_topics, figures
from gateway.registry.bulk import insert_new
from gateway.registry.database import Database

FOR_GOOD = timedelta(days=36_500)
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_IN_ONE_STATEMENT = 5000


@dataclass(frozen=True, slots=True)
class Figure:
    """`count` of `kind` in the period that begins on `period_on`, for one district."""

    period_on: date
    district_id: int
    kind: str
    count: int


Count = Callable[[Connection], Iterable[Figure]]


@dataclass(frozen=True, slots=True)
class Patience:
    """A topic may be as old as `least`, or `share` times as old as counting it takes."""

    least: timedelta = timedelta(seconds=10)
    share: int = 600

    def limit(self, took: timedelta) -> timedelta:
        return max(self.least, took * self.share)


@dataclass(frozen=True, slots=True)
class WhereCheap(Patience):
    """The same where counting takes `most` at most; what takes longer is left to the scheduler."""

    most: timedelta = timedelta(milliseconds=50)

    def limit(self, took: timedelta) -> timedelta:
        return self.least if took <= self.most else FOR_GOOD


def current(
    database: Database,
    topic: str,
    count: Count,
    *,
    now: datetime,
    patience: Patience = Patience(),
) -> datetime:
    """When `topic` was counted, after counting it again where `patience` has run out."""
    counted_at = counted_lately(database, topic, now=now, patience=patience)
    if counted_at is None:
        renew(database, topic, count, now=now)
    return counted_at or now


def counted_lately(
    database: Database, topic: str, *, now: datetime, patience: Patience
) -> datetime | None:
    """When it was counted, unless `patience` has run out."""
    with database.reading() as connection:
        row = _topic(connection, topic)
    if row is None or now - row.counted_at >= patience.limit(timedelta(milliseconds=row.took_ms)):
        return None
    counted_at: datetime = row.counted_at
    return counted_at


def renew(database: Database, topic: str, count: Count, *, now: datetime) -> None:
    """Counts `topic` and puts it in the place of what was there; of two at once, one is kept."""
    for _step in renew_in_parts(database, topic, [count], now=now):
        pass


def renew_in_parts(
    database: Database, topic: str, parts: Iterable[Count], *, now: datetime
) -> Iterator[None]:
    """The same a part a step; no two parts give the same figure. Written down behind the last."""
    took, counted = 0.0, []
    for count in parts:
        started = time.monotonic()
        with database.reading() as connection:
            counted += [_row(topic, figure) for figure in count(connection)]
        took += time.monotonic() - started
        yield
    with database.writing() as connection:
        _put(connection, topic, counted, now=now, took_ms=round(took * 1000))


def _put(
    connection: Connection,
    topic: str,
    counted: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    took_ms: int,
) -> None:
    insert_new(connection, figure_topics, [{"topic": topic, "counted_at": _NEVER, "took_ms": 0}])
    won = connection.execute(
        update(figure_topics)
        .where(figure_topics.c.topic == topic, figure_topics.c.counted_at < now)
        .values(counted_at=now, took_ms=took_ms)
    ).rowcount
    if not won:
        return
    connection.execute(delete(figures).where(figures.c.topic == topic))
    for start in range(0, len(counted), _IN_ONE_STATEMENT):
        insert_new(connection, figures, counted[start : start + _IN_ONE_STATEMENT])


def forget(connection: Connection, topic: str) -> None:
    """What was counted is known to be wrong: whoever looks next counts again."""
    connection.execute(delete(figure_topics).where(figure_topics.c.topic == topic))


def _topic(connection: Connection, topic: str) -> Any:
    return connection.execute(
        select(figure_topics).where(figure_topics.c.topic == topic)
    ).one_or_none()


def _row(topic: str, figure: Figure) -> Mapping[str, Any]:
    return {
        "topic": topic,
        "period_on": figure.period_on,
        "district_id": figure.district_id,
        "kind": figure.kind,
        "count": figure.count,
    }
