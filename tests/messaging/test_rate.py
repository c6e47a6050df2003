"""The rate in SQL: a moving window of one second, shared by whoever asks."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from gateway.messaging.sending.rate import SharedRate, Unlimited
from gateway.registry.database import Database
from tests.messaging.village import NOW


class Shop:
    """A rate on a clock that is set; sleeping moves it."""

    def __init__(self, database: Database, per_second: int = 10) -> None:
        self.now = NOW
        self.slept: list[float] = []
        self.rate = SharedRate(
            database, "post", per_second, clock=lambda _: lambda: self.now, sleep=self.sleep
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def takes(self, segments: int, *, after: float = 0.0, patience: float = 0.0) -> bool:
        self.now += timedelta(seconds=after)
        return self.rate.take(segments, patience_seconds=patience)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def test_what_a_second_allows_comes_at_once(shop: Shop):
    assert all(shop.takes(2) for _batch in range(5))
    assert shop.slept == []


def test_no_second_has_more_wherever_it_begins(shop: Shop):
    assert shop.takes(6)
    assert shop.takes(4, after=0.6)
    assert not shop.takes(1, after=0.39)  # 0.99 s
    assert shop.takes(6, after=0.01)  # the first six are a second old
    assert not shop.takes(1, after=0.59)
    assert shop.takes(4, after=0.01)


def test_what_is_more_waits_until_what_is_in_the_way_is_a_second_old(shop: Shop):
    assert shop.takes(3)
    assert shop.takes(7, after=0.5)

    assert shop.takes(5, patience=5)

    assert shop.slept == [pytest.approx(1.0, abs=0.01)], "for both, at once"


def test_patience_comes_to_an_end(shop: Shop):
    assert shop.takes(10)
    assert not shop.takes(1, patience=0.1)
    assert shop.slept == []


def test_a_text_longer_than_a_second_takes_several(shop: Shop):
    assert shop.takes(25, patience=10)
    assert shop.now - NOW >= timedelta(seconds=2)


def test_room_is_waited_for_and_not_taken(shop: Shop):
    assert shop.takes(9)
    assert all(shop.rate.wait_for_room(patience_seconds=0) for _question in range(3))
    assert shop.takes(1)

    assert not shop.rate.wait_for_room(patience_seconds=0.1)
    assert shop.rate.wait_for_room(patience_seconds=5)


def test_two_share_one_rate_and_two_providers_do_not(database: Database):
    first, second = SharedRate(database, "post", 10), SharedRate(database, "post", 10)
    other = SharedRate(database, "another", 10)

    assert first.take(10, patience_seconds=0)
    assert not second.take(1, patience_seconds=0)
    assert other.take(10, patience_seconds=0)


def test_of_many_at_once_as_many_get_some_as_there_are(database: Database):
    shops = [Shop(database) for _each in range(16)]
    together = Barrier(len(shops))

    def buy(shop: Shop) -> bool:
        together.wait()
        return shop.takes(1)

    with ThreadPoolExecutor(len(shops)) as pool:
        assert sorted(pool.map(buy, shops)) == [False] * 6 + [True] * 10


def test_a_clock_that_was_set_back_stops_nobody(shop: Shop):
    assert shop.takes(10)
    assert shop.takes(10, after=-3600)


def test_by_the_databases_own_clock(database: Database):
    rate = SharedRate(database, "post", 20)
    start = time.monotonic()

    for _batch in range(6):
        assert rate.take(10, patience_seconds=30)

    assert time.monotonic() - start > 1.9


def test_where_the_database_is_away_nothing_is_handed_out():
    rate = SharedRate(Database("postgresql://127.0.0.1:1/x"), "post", 10, sleep=lambda _: None)

    assert not rate.take(1, patience_seconds=0.3)
    assert not rate.wait_for_room(patience_seconds=0)


def test_unlimited_has_no_end():
    assert Unlimited().wait_for_room(patience_seconds=0)
    assert Unlimited().take(10**6, patience_seconds=0)
