"""The rate in a real Redis: a moving window of one second, shared by whoever asks."""

import time

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as AwayError

from gateway.messaging.sending.rate import SharedRate, Unlimited
from gateway.redis_client import connect


def test_what_a_second_allows_comes_at_once(redis_client: Redis):
    slept: list[float] = []
    rate = SharedRate(redis_client, "post", 50, sleep=slept.append)

    assert all(rate.take(10, patience_seconds=0) for _batch in range(5))
    assert slept == []


def test_what_is_more_waits_for_the_window_to_move(redis_client: Redis):
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    rate = SharedRate(redis_client, "post", 20, sleep=sleep)
    start = time.monotonic()

    for _batch in range(6):
        assert rate.take(10, patience_seconds=5)

    assert time.monotonic() - start > 1.9
    assert len(slept) < 12, "it waits for the moment, it does not ask again and again"


def test_patience_comes_to_an_end(redis_client: Redis):
    rate = SharedRate(redis_client, "post", 10)
    assert rate.take(10, patience_seconds=0)

    assert not rate.take(1, patience_seconds=0.1)


def test_a_text_longer_than_a_second_takes_several(redis_client: Redis):
    rate = SharedRate(redis_client, "post", 2)

    start = time.monotonic()
    assert rate.take(5, patience_seconds=10)

    assert time.monotonic() - start > 1.9


def test_room_is_waited_for_and_not_taken(redis_client: Redis):
    rate = SharedRate(redis_client, "post", 10)
    assert rate.take(9, patience_seconds=0)
    assert all(rate.wait_for_room(patience_seconds=0) for _question in range(3))
    assert rate.take(1, patience_seconds=0)

    assert not rate.wait_for_room(patience_seconds=0.1)
    assert rate.wait_for_room(patience_seconds=5)


def test_two_share_one_rate_and_two_providers_do_not(redis_client: Redis):
    first, second = SharedRate(redis_client, "post", 10), SharedRate(redis_client, "post", 10)
    other = SharedRate(redis_client, "another", 10)

    assert first.take(10, patience_seconds=0)
    assert not second.take(1, patience_seconds=0)
    assert other.take(10, patience_seconds=0)


def test_without_redis_nothing_is_handed_out():
    with (
        connect("redis://127.0.0.1:1") as away,
        pytest.raises(AwayError),
    ):
        SharedRate(away, "post", 10).take(1, patience_seconds=0)


def test_unlimited_has_no_end():
    assert Unlimited().wait_for_room(patience_seconds=0)
    assert Unlimited().take(10**6, patience_seconds=0)
