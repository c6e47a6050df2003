"""The provider's rate over all workers, measured at the operator."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from tests.messaging.village import draft, queue_for_any_day
from tests.worker.processes import Operator, Processes, until

pytestmark = pytest.mark.long

PER_SECOND = 100
SECONDS = 6


def test_four_workers_together_keep_to_the_rate(
    processes: Processes, operator: Operator, database: Database, redis_client: Redis
):
    """A busy machine makes it slower, never faster: four workers with a rate of their own each
    would be over in a quarter of the time."""
    processes.environ = {
        **processes.environ,
        "SMS_PER_SECOND": str(PER_SECOND),
        "SMS_BATCH_SIZE": "10",
    }
    for _worker in range(4):
        processes.start("worker")
    until(lambda: Wakeups(redis_client).workers() == 4)
    now = datetime.now(UTC)
    times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)}
    queue_for_any_day(database, *(draft(index, **times) for index in range(PER_SECOND * SECONDS)))

    began_at = time.monotonic()
    Wakeups(redis_client).dispatch(at_most=4)
    until(lambda: operator.counts()["received"] == PER_SECOND * SECONDS)

    # What the first second allows comes at once.
    assert time.monotonic() - began_at >= SECONDS - 1


def test_without_redis_they_keep_to_it_too(
    processes: Processes, operator: Operator, database: Database
):
    processes.environ = {
        **processes.environ,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SMS_PER_SECOND": str(PER_SECOND),
        "SMS_BATCH_SIZE": "10",
    }
    now = datetime.now(UTC)
    times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)}
    queue_for_any_day(database, *(draft(index, **times) for index in range(PER_SECOND * SECONDS)))
    for _worker in range(4):
        processes.start("worker")
    until(lambda: operator.counts()["received"] > 0)

    began_at = time.monotonic()  # some of the first second's are there already
    until(lambda: operator.counts()["received"] == PER_SECOND * SECONDS)

    assert time.monotonic() - began_at >= SECONDS - 2
    assert set(operator.counts()["handsets"].values()) == {1}
