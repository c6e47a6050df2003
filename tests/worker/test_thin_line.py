"""From a row in the ledger through RQ, the SDK and the operator to a receipt: real processes."""

from datetime import UTC, datetime, timedelta

from redis import Redis

from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from tests.messaging.village import draft, ledger, number, queue, states
from tests.worker.floor import Floor, Operator, until


def fresh(index: int):
    now = datetime.now(UTC)
    return draft(index, not_before_at=now, expires_at=now + timedelta(hours=1))


def test_queued_messages_reach_their_handsets_and_are_reported_delivered(
    floor: Floor, operator: Operator, database: Database, redis_client: Redis
):
    floor.start("worker")
    queue(database, *(fresh(index) for index in range(250)))

    Wakeups(redis_client).dispatch()

    until(lambda: set(states(database)) == {"delivered"}, seconds=30)
    assert operator.counts()["received"] == 250
    assert operator.counts()["requests"] == 3
    assert {row.provider for row in ledger(database, "provider")} == {"africastalking"}
    assert number(0) in operator.counts()["handsets"]
