"""How many calls a key has, and what is told of it."""

from typing import Any, cast
from uuid import uuid4

from redis import Redis, RedisError

from gateway.api.limits import PER_MINUTE, Limits
from tests.api.conftest import System, key_of
from tests.service import Service


def test_each_answer_says_how_many_calls_are_left(service: Service, system: Any):
    registry = system("beneficiaries:read")

    first, second = (registry.get("/beneficiaries?limit=1") for _ in range(2))

    assert first.headers["RateLimit-Policy"] == f'"default";q={PER_MINUTE};w=60'
    left = [int(one.headers["RateLimit"].split(";")[1][2:]) for one in (first, second)]
    assert left == [PER_MINUTE - 1, PER_MINUTE - 2]


def test_who_calls_too_often_waits_and_nobody_else(redis_client: Redis):
    counted = Limits(redis_client, per_minute=2)
    one, other = uuid4(), uuid4()

    rooms = [counted.take(one) for _ in range(3)]

    assert [room is not None and room.allowed for room in rooms] == [True, True, False]
    assert rooms[-1] is not None
    assert 1 <= int(rooms[-1].headers()["Retry-After"]) <= 60
    assert (room := counted.take(other)) is not None
    assert room.allowed


def test_without_redis_nobody_counts(service_without_redis: Service):
    registry = System(service_without_redis, key_of(service_without_redis, "beneficiaries:read"))

    answer = registry.get("/beneficiaries?limit=1")

    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


class Silent:
    """A Redis that is away, and knows how often it was asked."""

    asked = 0

    @property
    def connection_pool(self) -> Any:
        self.asked += 1
        raise RedisError


def test_a_redis_that_was_silent_is_asked_again_after_a_pause_only():
    moment, silent = [100.0], Silent()
    counted = Limits(cast("Redis", silent), monotonic=lambda: moment[0])

    asked = []
    for moment[0] in (100.0, 101.0, 104.9, 105.0):
        assert counted.take(uuid4()) is None
        asked.append(silent.asked)

    assert asked == [1, 1, 1, 2]
