"""The questions a manager asks, month by month: by which count each is answered, and when.

A topic is one question of one month, or one broadcast, and is written in one transaction: whoever
is killed leaves the figures as they were, and counting again gives the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from gateway.core.programme_file import add_months
from gateway.figures.book import (
    Count,
    Figure,
    Patience,
    counted_lately,
    current,
    renew_in_parts,
)
from gateway.figures.calls import count_villages, parts_of_calls
from gateway.figures.cases import count_cases
from gateway.figures.counting import Counting
from gateway.figures.cycles import cycles_that_go_on, parts_of_cycle, topic_of_cycle
from gateway.figures.people import count_people
from gateway.figures.sms import count_sms
from gateway.figures.spans import day_start
from gateway.figures.tables import figure_topics
from gateway.figures.told import cast_topic, count_cast, parts_of_told
from gateway.figures.visits import parts_of_visits
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database

Parts = Callable[[Connection, date, Counting], Sequence[Count]]


def _whole(count: Callable[[Connection, date, Counting], Iterable[Figure]]) -> Parts:
    return lambda _connection, month, counting: [
        lambda connection: count(connection, month, counting)
    ]


QUESTIONS: Mapping[str, Parts] = MappingProxyType(
    {
        "people": _whole(count_people),
        "calls": lambda _connection, month, counting: parts_of_calls(month, counting),
        "villages": _whole(count_villages),
        "cases": _whole(count_cases),
        "visits": lambda _connection, month, counting: parts_of_visits(month, counting),
        "sms": _whole(count_sms),
        "told": parts_of_told,
    }
)
# The registry keeps no past: whom it held is counted while it does, and once more when the month
# before is asked for and nobody had counted.
OF_THE_MOMENT = frozenset({"people"})
MONTHS_KEPT_READY = 13
QUESTIONS_SECONDS = 3600
_LATE = timedelta(days=7)  # so long receipts, visits and answers of last month still come in
_RECENT = timedelta(days=14)  # a broadcast changes so long after it began
_HOURLY = Patience(least=timedelta(seconds=QUESTIONS_SECONDS * 0.9), share=0)


def topic_of(question: str, month: date) -> str:
    """The topic of one of QUESTIONS in the month that begins on `month`."""
    return f"{question}:{month:%Y-%m}"


def count_of(question: str, month: date, counting: Counting) -> Count:
    """How that topic is counted, all parts of it together."""

    def count(connection: Connection) -> Iterator[Figure]:
        for part in QUESTIONS[question](connection, month, counting):
            yield from part(connection)

    return count


def settled_at(month: date, zone: ZoneInfo) -> datetime:
    """From when on nothing about the month changes any more."""
    return day_start(add_months(month, 1) + _LATE, zone)


def count_questions(database: Database, counting: Counting) -> Iterator[str]:
    """Counts what is due, a part of a topic a step: this month and the paydays of the next every
    hour, each month before once it is settled, cycles and broadcasts that go on.
    """
    for question in QUESTIONS:
        for month in _months(question, counting):
            topic = topic_of(question, month)
            if not _is_settled(database, topic, settled_at(month, counting.zone)):
                yield from _count(database, question, month, counting, _HOURLY)
    yield from _count_cycles(database, counting)
    for broadcast_id in _casts(database, counting.now):
        topic = cast_topic(broadcast_id)
        count = partial(count_cast, broadcast_id=broadcast_id, on=counting.today)
        current(database, topic, count, now=counting.now, patience=_HOURLY)
        yield topic


def _count_cycles(database: Database, counting: Counting) -> Iterator[str]:
    """The cycles that go on, for the page of each."""
    with database.reading() as connection:
        cycles = cycles_that_go_on(connection, counting.today)
    for cycle in cycles:
        topic, now = topic_of_cycle(cycle), counting.now
        if counted_lately(database, topic, now=now, patience=_HOURLY):
            continue
        with database.reading() as connection:
            parts = parts_of_cycle(connection, cycle, counting)
        for _step in renew_in_parts(database, topic, parts, now=now):
            yield topic


def count_again(database: Database, month: date, counting: Counting) -> Iterator[str]:
    """Counts every question of the month anew, whatever is there; what the registry held in a
    month that is over stays as it was counted then.
    """
    this = counting.today.replace(day=1)
    for question in QUESTIONS:
        if question not in OF_THE_MOMENT or month == this:
            yield from _count(database, question, month, counting)


def _count(
    database: Database,
    question: str,
    month: date,
    counting: Counting,
    patience: Patience | None = None,
) -> Iterator[str]:
    topic, now = topic_of(question, month), counting.now
    if patience and counted_lately(database, topic, now=now, patience=patience):
        return
    with database.reading() as connection:
        parts = QUESTIONS[question](connection, month, counting)
    for _step in renew_in_parts(database, topic, parts, now=now):
        yield topic


def _months(question: str, counting: Counting) -> list[date]:
    """Newest first, as far back as the ledger goes; of what passes only what still can be."""
    this = counting.today.replace(day=1)
    if question in OF_THE_MOMENT:
        return [this]
    months = [add_months(this, -back) for back in range(MONTHS_KEPT_READY)]
    kept = [month for month in months if month >= counting.kept_from]
    return [add_months(this, 1), *kept] if question == "told" else kept


def _is_settled(database: Database, topic: str, at: datetime) -> bool:
    with database.reading() as connection:
        counted_at = connection.execute(
            select(figure_topics.c.counted_at).where(figure_topics.c.topic == topic)
        ).scalar_one_or_none()
    return counted_at is not None and counted_at >= at


def _casts(database: Database, now: datetime) -> list[UUID]:
    going = broadcasts.c.state.in_(("running", "paused", "done", "cancelled"))
    recent = broadcasts.c.start_at >= now - _RECENT
    with database.reading() as connection:
        return list(connection.execute(select(broadcasts.c.id).where(going, recent)).scalars())
