"""From a row in the ledger through RQ, the SDK and the operator to a receipt: real processes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from redis import Redis

from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.messaging.tables import messages
from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.village import Village, draft, ledger, number, queue_for_any_day, states
from tests.worker.processes import Operator, Processes, until

pytestmark = pytest.mark.long


def fresh(index: int):
    now = datetime.now(UTC)
    return draft(index, not_before_at=now, expires_at=now + timedelta(hours=1))


def test_queued_messages_reach_their_handsets_and_are_reported_delivered(
    processes: Processes, operator: Operator, database: Database, redis_client: Redis
):
    processes.start("worker")
    queue_for_any_day(database, *(fresh(index) for index in range(250)))

    Wakeups(redis_client).dispatch()

    until(lambda: set(states(database)) == {"delivered"}, seconds=30)
    assert operator.counts()["received"] == 250
    assert operator.counts()["requests"] == 3
    assert {row.provider for row in ledger(database, "provider")} == {"africastalking"}
    assert number(0) in operator.counts()["handsets"]


def test_a_broadcast_is_started_expanded_and_finished_by_the_scheduler(
    processes: Processes, operator: Operator, database: Database
):
    """Scheduled for a moment ago; nobody enqueues a job for it."""
    village = Village(database)
    village.women(range(1, 31))
    now = datetime.now(UTC)
    soon = now + timedelta(seconds=1)
    broadcast_id = started_broadcast(
        database, now=now, audience={"village": [village.village_id]}, start_at=soon
    )

    processes.start("worker")
    processes.start("worker", "cron")

    until(lambda: _recipients(database, broadcast_id) == 30)
    with database.writing() as connection:
        connection.execute(messages.update().values(priority=0))
    until(lambda: operator.counts()["received"] == 30)
    until(lambda: _state(database, broadcast_id) == "done")


def _state(database: Database, broadcast_id: UUID) -> str:
    with database.reading() as connection:
        state: str = read_broadcast(connection, broadcast_id).state
        return state


def _recipients(database: Database, broadcast_id: UUID) -> int | None:
    with database.reading() as connection:
        recipients: int | None = read_broadcast(connection, broadcast_id).recipients
        return recipients
