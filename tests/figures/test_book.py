"""Counted once, kept, and counted again when it is old."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from gateway.figures.book import Figure, Patience, current, forget, renew
from gateway.figures.schedule import count_ahead
from gateway.figures.tables import figure_topics, figures
from gateway.registry.database import Database
from tests.messaging.village import NOW

ON = date(2026, 11, 24)
SECONDS = timedelta(seconds=1)


class Counter:
    """Counts how often it was asked to count."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _connection: Connection) -> Iterator[Figure]:
        self.times += 1
        yield Figure(ON, 1, "times", self.times)


def _kept(database: Database, topic: str = "topic") -> list[int]:
    with database.reading() as connection:
        found = select(figures.c.count).where(figures.c.topic == topic)
        return list(connection.execute(found).scalars())


@pytest.mark.parametrize(
    ("patience", "age", "counted"),
    [
        pytest.param(Patience(), 9 * SECONDS, 1, id="fresh"),
        pytest.param(Patience(), 10 * SECONDS, 2, id="old"),
        pytest.param(Patience(least=60 * SECONDS, share=0), 59 * SECONDS, 1, id="longer patience"),
        pytest.param(Patience(least=60 * SECONDS, share=0), 60 * SECONDS, 2, id="run out"),
    ],
)
def test_counted_again_once_patience_has_run_out(
    database: Database, patience: Patience, age: timedelta, counted: int
):
    count = Counter()

    assert current(database, "topic", count, now=NOW, patience=patience) == NOW
    at = current(database, "topic", count, now=NOW + age, patience=patience)

    assert count.times == counted
    assert _kept(database) == [counted]
    assert at == (NOW if counted == 1 else NOW + age)


@pytest.mark.parametrize(
    ("took", "limit"),
    [
        pytest.param(timedelta(0), timedelta(seconds=10), id="at once"),
        pytest.param(timedelta(milliseconds=50), timedelta(seconds=30), id="cheap"),
        pytest.param(timedelta(seconds=4), timedelta(minutes=40), id="dear"),
    ],
)
def test_what_is_dear_to_count_may_be_older(took: timedelta, limit: timedelta):
    assert Patience().limit(took) == limit


def test_what_is_no_longer_counted_is_gone(database: Database):
    renew(database, "topic", lambda _connection: [Figure(ON, 1, "a", 1)], now=NOW)
    renew(database, "topic", lambda _connection: [], now=NOW + SECONDS)

    assert _kept(database) == []


def test_topics_do_not_touch_each_other(database: Database):
    for topic in ("one", "two"):
        renew(database, topic, Counter(), now=NOW)
    renew(database, "one", lambda _connection: [], now=NOW + SECONDS)

    assert _kept(database, "two") == [1]


def test_many_figures(database: Database):
    many = [Figure(ON, district, "a", district) for district in range(6000)]

    renew(database, "topic", lambda _connection: many, now=NOW)

    assert sum(_kept(database)) == sum(range(6000))


def test_what_was_forgotten_is_counted_again(database: Database):
    count = Counter()
    current(database, "topic", count, now=NOW)
    with database.writing() as connection:
        forget(connection, "topic")

    current(database, "topic", count, now=NOW)

    assert _kept(database) == [2]


def test_of_two_who_count_at_once_one_is_kept(database: Database):
    together = threading.Barrier(2)

    def count(_connection: Connection) -> list[Figure]:
        together.wait(10)
        return [Figure(ON, 1, "a", 1), Figure(ON, 2, "a", 2)]

    threads = [
        threading.Thread(target=renew, args=(database, "topic", count), kwargs={"now": NOW})
        for _number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(_kept(database)) == [1, 2]


def test_the_scheduler_counts_the_day_each_time_and_the_month_once_an_hour(database: Database):
    zone = ZoneInfo("Asia/Vientiane")
    for minutes in (0, 5, 10):
        count_ahead(database, now=NOW + timedelta(minutes=minutes), zone=zone)

    with database.reading() as connection:
        rows = connection.execute(select(figure_topics)).all()
    counted = {row.topic: row.counted_at - NOW for row in rows}
    ten = timedelta(minutes=10)
    assert counted == {
        "week": ten, "paydays": ten, "numbers": ten, "month:2026-11": timedelta(0),
    }  # fmt: skip


def test_in_the_first_days_of_a_month_the_last_one_is_counted_too(database: Database):
    count_ahead(database, now=NOW + timedelta(days=9), zone=ZoneInfo("Asia/Vientiane"))

    with database.reading() as connection:
        topics = set(connection.execute(select(figure_topics.c.topic)).scalars())
    assert {"month:2026-11", "month:2026-12"} <= topics
