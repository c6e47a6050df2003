"""What is put into Redis: names that exist, ids as JSON, and nothing that matters if it is lost."""

import json
import logging
import zlib
from importlib import import_module
from uuid import uuid4

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from gateway.messaging import wakeups as names
from gateway.messaging.wakeups import QUEUE, Wakeups
from gateway.redis_client import connect

JOBS = [value for name, value in vars(names).items() if str(value).startswith("worker.jobs.")]


@pytest.fixture
def queue(redis_client: Redis) -> Queue:
    return Queue(QUEUE, connection=redis_client, serializer=JSONSerializer)


@pytest.mark.parametrize("name", JOBS)
def test_every_job_that_can_be_enqueued_exists(name: str):
    module, _, function = name.rpartition(".")

    assert callable(getattr(import_module(module), function))


def test_there_are_jobs():
    assert {"worker.jobs.dispatch", "worker.jobs.expand_broadcast"} <= set(JOBS)


def test_a_jobs_payload_is_json_with_ids_only(redis_client: Redis, queue: Queue):
    broadcast_id = uuid4()
    Wakeups(redis_client).expand_broadcast(broadcast_id)
    Wakeups(redis_client).dispatch(at_most=2)

    payloads = [_payload(redis_client, job_id) for job_id in queue.job_ids]

    assert payloads == [
        ["worker.jobs.expand_broadcast", None, [str(broadcast_id)], {}],
        ["worker.jobs.dispatch", None, [], {}],
    ]


def test_a_wake_up_that_waits_already_is_enough(redis_client: Redis, queue: Queue):
    for _reply in range(50):
        Wakeups(redis_client).dispatch()

    assert len(queue) == 1


def test_as_many_are_woken_as_there_is_work_for(redis_client: Redis, queue: Queue):
    Wakeups(redis_client).dispatch(at_most=3)
    Wakeups(redis_client).dispatch(at_most=0)

    assert len(queue) == 3


def test_without_redis_nothing_is_raised_and_one_line_is_logged(caplog: pytest.LogCaptureFixture):
    away = Wakeups(connect("redis://127.0.0.1:1"))

    with caplog.at_level(logging.WARNING):
        away.dispatch()
        away.expand_broadcast(uuid4())

    assert away.workers() == 1
    assert [record.getMessage() for record in caplog.records] == [
        "redis is away: the sweeper will wake the workers"
    ] * 2


def _payload(client: Redis, job_id: str):
    """The job as it lies in Redis, compressed by RQ."""
    data = client.hget(f"rq:job:{job_id}", "data")
    assert isinstance(data, bytes)
    return json.loads(zlib.decompress(data))
