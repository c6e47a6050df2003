"""What `/readyz` and `/metrics` ask the database, Redis and the workers."""

from collections.abc import Callable, Mapping

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.messaging.tables import messages
from gateway.registry.database import Database


class Readiness:
    """Asks each part for itself; a part that is down is named, not raised."""

    def __init__(self, database: Database, redis: "Redis") -> None:
        self._database = database
        self._redis = redis

    def states(self) -> dict[str, str]:
        """{"database": "ok", "redis": "ok", "workers": "down"}"""
        return {
            "database": _state(self._ask_database, SQLAlchemyError),
            "redis": _state(self._redis.ping, RedisError),
            "workers": _state(self._ask_workers, RedisError),
        }

    def readings(self) -> Mapping[str, Mapping[str, float]]:
        """The gauges: messages by state, jobs waiting by queue; empty where nobody answers."""
        return {"sms_messages": self._messages(), "jobs_waiting": self._jobs()}

    def _ask_database(self) -> None:
        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def _ask_workers(self) -> None:
        """Each worker listens for commands. RQ's list of workers keeps the dead, and loses the
        living with a Redis that was emptied.
        """
        if not self._redis.pubsub_channels(PUBSUB_CHANNEL_TEMPLATE % "*"):
            raise RedisError("no worker listens")

    def _messages(self) -> Mapping[str, float]:
        counts = select(messages.c.state, func.count().label("count")).group_by(messages.c.state)
        try:
            with self._database.reading() as connection:
                return {str(state): float(count) for state, count in connection.execute(counts)}
        except SQLAlchemyError:
            return {}

    def _jobs(self) -> Mapping[str, float]:
        try:
            return {queue.name: queue.count for queue in Queue.all(connection=self._redis)}
        except RedisError:
            return {}


def _state(ask: Callable[[], object], error: type[Exception]) -> str:
    try:
        ask()
    except error:
        return "down"
    return "ok"
