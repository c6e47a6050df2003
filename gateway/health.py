"""What `/readyz` and `/metrics` ask the database, Redis and the workers."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.backups.making import last_backup_at
from gateway.core.message_states import FINAL, MessageState
from gateway.figures.days import WEEK
from gateway.figures.tables import figures
from gateway.messaging.ledger import state_is
from gateway.messaging.restored.holding import newest_restore
from gateway.messaging.sending.breaker import STATES_IN_NUMBERS, read_stops
from gateway.messaging.tables import alerts, messages
from gateway.registry.clock import database_now
from gateway.registry.database import Database
from gateway.registry.deadlines import DeadlineError

T = TypeVar("T")

# Each with those that share its index: SQLite knows the index by the whole of its condition.
UNDER_WAY: Mapping[MessageState, tuple[MessageState, ...]] = {
    "queued": ("queued",),
    "claimed": ("claimed", "sending"),
    "sending": ("claimed", "sending"),
    "accepted": ("accepted", "unknown"),
    "unknown": ("accepted", "unknown"),
}
# Of each: nobody waits for more than this.
MOST_COUNTED = 50_000
# A row changed to itself, unless a migration holds it: what a full disk or a standby refuses.
_WRITES = {
    "postgresql": text(
        "UPDATE alembic_version SET version_num = version_num WHERE version_num IN "
        "(SELECT version_num FROM alembic_version FOR UPDATE SKIP LOCKED)"
    ),
    "sqlite": text("PRAGMA user_version = 1"),
}


class Readiness:
    """Asks each part for itself; a part that is down is named, not raised."""

    def __init__(self, database: Database, redis: "Redis") -> None:
        self._database = database
        self._redis = redis

    def states(self) -> dict[str, str]:
        """{"database": "ok", "redis": "ok", "workers": "down", "sending": "ok"}; a database that
        can be read but not written to is "read_only", sending after a restore is "held".
        """
        return {
            "database": self._database_state(),
            "redis": _state(self._redis.ping, RedisError),
            "workers": _state(self._ask_workers, RedisError),
            "sending": self._sending_state(),
        }

    def readings(self) -> Mapping[str, Mapping[str, float]]:
        """The gauges: messages by state, open alerts by kind, jobs waiting by queue, and by
        provider the share of its last calls that failed and what it is (0 well, 1 slowed, 2
        stopped, 3 off); one that has long been well is not named; how old the last backup is.
        Empty where nobody answers.
        """
        stops = self._read_from(read_stops)
        return {
            "sms_messages": self._read_from(_messages),
            "alerts_open": self._read_from(_open_alerts),
            "backup_age_seconds": self._read_from(_backup_age),
            "sms_provider_failures": {name: one.share for name, one in stops.items()},
            "sms_provider_state": {
                name: float(STATES_IN_NUMBERS[one.state]) for name, one in stops.items()
            },
            "jobs_waiting": self._jobs(),
        }

    def _database_state(self) -> str:
        try:
            self._write()
        except DeadlineError:
            return "down"
        except SQLAlchemyError:
            return "down" if _state(self._read, SQLAlchemyError) == "down" else "read_only"
        return "ok"

    def _sending_state(self) -> str:
        """Where the database does not answer, that is said of the database."""
        try:
            with self._database.reading() as connection:
                restore = newest_restore(connection)
        except SQLAlchemyError:
            return "ok"
        return "held" if restore is not None and restore.held else "ok"

    def _write(self) -> None:
        with self._database.writing() as connection:
            connection.execute(_WRITES[connection.dialect.name])

    def _read(self) -> None:
        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def _ask_workers(self) -> None:
        """Each worker listens for commands. RQ's list of workers keeps the dead, and loses the
        living with a Redis that was emptied.
        """
        if not self._redis.pubsub_channels(PUBSUB_CHANNEL_TEMPLATE % "*"):
            raise RedisError("no worker listens")

    def _read_from(self, read: Callable[[Connection], Mapping[str, T]]) -> Mapping[str, T]:
        try:
            with self._database.reading() as connection:
                return read(connection)
        except SQLAlchemyError:
            return {}

    def _jobs(self) -> Mapping[str, float]:
        try:
            return {queue.name: queue.count for queue in Queue.all(connection=self._redis)}
        except RedisError:
            return {}


def _messages(connection: Connection) -> dict[str, float]:
    """Those under way as they are now; those that have ended in the week, as last counted."""
    return _under_way(connection) | _ended(connection)


def _open_alerts(connection: Connection) -> dict[str, float]:
    open_ones = select(alerts.c.kind, func.count().label("number")).where(
        alerts.c.resolved_at.is_(None)
    )
    rows = connection.execute(open_ones.group_by(alerts.c.kind))
    return {str(row.kind): float(row.number) for row in rows}


def _backup_age(connection: Connection) -> dict[str, float]:
    """Nothing where none was ever made."""
    at = last_backup_at(connection)
    return {} if at is None else {"last": (database_now(connection) - at).total_seconds()}


def _under_way(connection: Connection) -> dict[str, float]:
    counted: dict[str, float] = {}
    for state, indexed in UNDER_WAY.items():
        wanted = select(messages.c.id).where(state_is(*indexed), state_is(state))
        some = wanted.limit(MOST_COUNTED).subquery()
        number = connection.execute(select(func.count()).select_from(some)).scalar_one()
        counted[state] = float(number)
    return counted


def _ended(connection: Connection) -> dict[str, float]:
    kinds = {f"sms:{state}": state for state in FINAL}
    rows = connection.execute(
        select(figures.c.kind, func.sum(figures.c.count).label("number"))
        .where(figures.c.topic == WEEK, figures.c.kind.in_(kinds))
        .group_by(figures.c.kind)
    )
    return {kinds[row.kind]: float(row.number) for row in rows}


def _state(ask: Callable[[], object], error: type[Exception]) -> str:
    try:
        ask()
    except error:
        return "down"
    return "ok"
