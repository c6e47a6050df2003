"""Somebody tries a provider again as soon as it may be tried: the scheduler wakes a worker."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from gateway.messaging.sending.breaker import note_failure, stop_provider, switch_off_provider
from gateway.messaging.wakeups import QUEUE
from gateway.providers.known import read_settings
from gateway.registry.database import Database
from tests.messaging.village import NOW, draft, queue
from worker.assembly import Assembly, assemble
from worker.chores import chores_of

LATER = NOW + timedelta(seconds=2)


@pytest.fixture
def assembly(database: Database, database_url: str, redis_url: str) -> Iterator[Assembly]:
    environ = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    made = assemble(read_settings(environ))
    yield replace(made, database=database, clock=lambda _connection: lambda: LATER)
    made.redis.close()
    made.quick_redis.close()


def woken(assembly: Assembly, redis: Redis) -> int:
    (chore,) = [one for one in chores_of(assembly) if one.name == "probes"]
    chore.do()
    return len(Queue(QUEUE, connection=redis, serializer=JSONSerializer))


def fail(database: Database, times: int, now=NOW) -> None:
    for _time in range(times):
        with database.writing() as connection:
            note_failure(connection, "africastalking", reason="http_503", now=now)


def test_for_a_probe_that_is_due(assembly: Assembly, redis_client: Redis):
    queue(assembly.database, draft(1))
    fail(assembly.database, 5)

    assert woken(assembly, redis_client) == 1
    assert woken(assembly, redis_client) == 1  # the one that waits will do


def test_for_one_that_is_slowed(assembly: Assembly, redis_client: Redis):
    queue(assembly.database, draft(1))
    fail(assembly.database, 3)

    assert woken(assembly, redis_client) == 1


def test_not_before_the_probe_may_be_made(assembly: Assembly, redis_client: Redis):
    queue(assembly.database, draft(1))
    fail(assembly.database, 5, now=LATER)

    assert woken(assembly, redis_client) == 0


def test_not_where_there_is_nothing_to_send(assembly: Assembly, redis_client: Redis):
    fail(assembly.database, 5)

    assert woken(assembly, redis_client) == 0


def test_not_where_all_is_well(assembly: Assembly, redis_client: Redis):
    queue(assembly.database, draft(1))
    fail(assembly.database, 1)

    assert woken(assembly, redis_client) == 0


def test_not_for_one_that_is_off_or_told_us_to_wait(assembly: Assembly, redis_client: Redis):
    queue(assembly.database, draft(1))
    with assembly.database.writing() as connection:
        switch_off_provider(connection, "kannel-etl", NOW)
        until = LATER + timedelta(minutes=5)
        stop_provider(connection, "africastalking", reason="RiskHold", until=until, now=NOW)

    assert woken(assembly, redis_client) == 0
