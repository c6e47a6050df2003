"""The provider's rate over all workers, measured at the operator."""

import time
from datetime import UTC, datetime, timedelta

from redis import Redis

from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from tests.messaging.village import draft, queue_for_any_day
from tests.worker.floor import Floor, Operator, until

PER_SECOND = 100
SECONDS = 8


def test_four_workers_together_keep_to_the_rate(
    floor: Floor, operator: Operator, database: Database, redis_client: Redis
):
    """The limit is a moving window: what a second allows comes as soon as it may, so the rate is
    taken between two moments of the same phase."""
    floor.environ = {**floor.environ, "SMS_PER_SECOND": str(PER_SECOND), "SMS_BATCH_SIZE": "10"}
    for _worker in range(4):
        floor.start("worker")
    until(lambda: Wakeups(redis_client).workers() == 4)
    now = datetime.now(UTC)
    times = {"not_before_at": now, "expires_at": now + timedelta(hours=1)}
    messages = (draft(index, **times) for index in range(PER_SECOND * (SECONDS + 2)))
    queue_for_any_day(database, *messages)

    Wakeups(redis_client).dispatch(at_most=4)

    arrived = _arrivals(operator, PER_SECOND * (SECONDS + 1) + 1)
    measured = PER_SECOND * SECONDS / (arrived[-1] - arrived[PER_SECOND])
    assert abs(measured / PER_SECOND - 1) <= 0.05, f"{measured:.1f} a second"


def _arrivals(operator: Operator, count: int) -> list[float]:
    """When the first `count` messages had come, as seen by asking again and again."""
    times: list[float] = []

    def ask() -> bool:
        received = operator.counts()["received"]
        times.extend([time.monotonic()] * (received - len(times)))
        return received >= count

    until(ask, seconds=3 * SECONDS, every=0.01)
    return times[:count]
