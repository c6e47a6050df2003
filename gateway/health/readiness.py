"""What `/readyz` and `/metrics` ask the database, Redis and the workers."""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cache
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.command import PUBSUB_CHANNEL_TEMPLATE
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.core.quiet_hours import SendingHours
from gateway.health.processes import (
    CLOCK_OFF_SECONDS,
    KINDS,
    Process,
    clocks,
    hung,
    read_processes,
    scheduler_state,
    workers_state,
)
from gateway.health.readings import backup_age, messages_by_state, open_alerts
from gateway.health.waiting import Waiting, read_waiting
from gateway.messaging.restored.holding import newest_restore
from gateway.messaging.sending.breaker import STATES_IN_NUMBERS, read_stops
from gateway.messaging.wakeups import QUEUE
from gateway.providers.routing import Routing
from gateway.registry.clock import database_now, offset, utc_now
from gateway.registry.database import Database
from gateway.registry.deadlines import DeadlineError
from gateway.registry.migrate import revisions
from gateway.webhooks.readings import Readings, read_webhooks

T = TypeVar("T")
OK, DOWN, UNKNOWN = "ok", "down", "unknown"
SERVING = ("database", "schema")  # what a web process needs to answer callers
_CHANNELS = PUBSUB_CHANNEL_TEMPLATE % ""

# A row changed to itself, unless a migration holds it: what a full disk or a standby refuses.
_WRITES = {
    "postgresql": text(
        "UPDATE alembic_version SET version_num = version_num WHERE version_num IN "
        "(SELECT version_num FROM alembic_version FOR UPDATE SKIP LOCKED)"
    ),
    "sqlite": text("PRAGMA user_version = 1"),
}
_SCHEMA = {
    "postgresql": text("SELECT to_regclass('alembic_version') IS NOT NULL"),
    "sqlite": text("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"),
}
_VERSION = text("SELECT version_num FROM alembic_version")

logger = logging.getLogger(__name__)


class Readiness:
    """Asks each part for itself; a part that is down is named, not raised."""

    def __init__(
        self,
        database: Database,
        redis: "Redis",
        routing: Routing,
        hours: SendingHours,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`now` is the clock of this machine."""
        self._database = database
        self._redis = redis
        self._routing = routing
        self._hours = hours
        self._now = now

    def serving(self) -> dict[str, str]:
        """What a web process needs to answer callers: {"database": "ok", "schema": "ok"}.

        A database that can be read but not written to is "read_only"; a schema without a migration
        that this release needs is "behind", or "empty". What nobody could tell is "unknown".
        """
        return {"database": self._database_state(), "schema": self._said(_schema_state)}

    def states(self) -> dict[str, str]:
        """The whole installation: beside `serving`, "redis"; "workers", which may be "hung";
        "scheduler"; "clock", "off" where one of the machines is more than 5 s from the database;
        "queue", "old" where SMS wait too long that could go now; "sending", "held" after a restore.
        """
        serving = self.serving()
        redis = _state(self._redis.ping, RedisError)
        known = self._read(self._processes)
        listening = self._listening() if redis == OK else None
        return {
            **serving,
            "redis": redis,
            "workers": workers_state(known or [], listening),
            "scheduler": UNKNOWN if known is None else scheduler_state(known),
            "clock": self._said(self._clock_state),
            "queue": self._said(self._queue_state),
            "sending": self._said(_sending_state),
        }

    def readings(self) -> Mapping[str, Mapping[str, float]]:
        """The gauges of docs/reference/metrics.md; empty where nobody answers."""
        stops = self._read(read_stops) or {}
        known = self._read(self._processes)
        waiting = self._read(self._waiting) or {}
        told = self._read(self._webhooks)
        return {
            "sms_messages": self._read(messages_by_state) or {},
            "alerts_open": self._read(open_alerts) or {},
            "backup_age_seconds": self._read(backup_age) or {},
            "sms_provider_failures": {name: one.share for name, one in stops.items()},
            "sms_provider_state": {
                name: float(STATES_IN_NUMBERS[one.state]) for name, one in stops.items()
            },
            "jobs_waiting": self._jobs(),
            "processes_alive": _alive(known),
            "workers_hung": {} if known is None else {"all": hung(known, self._listening())},
            "clock_ahead_seconds": self._read(self._clocks) or {},
            "sms_reply_wait_seconds": {name: one.reply for name, one in waiting.items()},
            "sms_wait_seconds": {name: one.other for name, one in waiting.items()},
            "webhook_calls": {} if told is None else _calls(told),
            "webhook_deliveries": {} if told is None else _deliveries(told),
            "webhook_wait_seconds": {} if told is None else _waits(told),
            "restored_held": self._read(_held) or {},
        }

    def _database_state(self) -> str:
        try:
            self._write()
        except DeadlineError:
            return DOWN
        except SQLAlchemyError:
            # Without tables there is no row to write to: that is said of the schema.
            readable = {UNKNOWN: DOWN, "empty": OK}
            return readable.get(self._said(_schema_state), "read_only")
        return OK

    def _write(self) -> None:
        with self._database.writing() as connection:
            connection.execute(_WRITES[connection.dialect.name])

    def _processes(self, connection: Connection) -> list[Process]:
        return read_processes(connection, database_now(connection, self._now))

    def _clocks(self, connection: Connection) -> dict[str, float]:
        ours = -offset(connection, self._now).total_seconds()
        return clocks(self._processes(connection), ours)

    def _clock_state(self, connection: Connection) -> str:
        off = any(abs(one) > CLOCK_OFF_SECONDS for one in self._clocks(connection).values())
        return "off" if off else OK

    def _waiting(self, connection: Connection) -> dict[str, Waiting]:
        now = database_now(connection, self._now)
        return read_waiting(connection, self._routing, self._hours, now)

    def _webhooks(self, connection: Connection) -> Readings:
        return read_webhooks(connection, database_now(connection, self._now))

    def _queue_state(self, connection: Connection) -> str:
        return "old" if any(one.old for one in self._waiting(connection).values()) else OK

    def _listening(self) -> Collection[str] | None:
        """The names of the workers that listen for commands. RQ's list of workers keeps the dead,
        and loses the living with a Redis that was emptied.
        """
        try:
            channels = self._redis.pubsub_channels(f"{_CHANNELS}*")
        except RedisError:
            return None
        return [channel.decode().removeprefix(_CHANNELS) for channel in channels]  # type: ignore[union-attr]

    def _said(self, read: Callable[[Connection], str]) -> str:
        return self._read(read) or UNKNOWN

    def _read(self, read: Callable[[Connection], T]) -> T | None:
        """None where the database does not answer, or what it says is not to be understood."""
        try:
            with self._database.reading() as connection:
                return read(connection)
        except SQLAlchemyError:
            return None
        except Exception as error:  # such as text in an encoding of its own
            logger.error("%s not read: %s", read.__name__, type(error).__name__)  # noqa: TRY400 - no rows
            return None

    def _jobs(self) -> Mapping[str, float]:
        """Ours also where nothing was ever put into it: only a Redis that is away has none."""
        try:
            known = {queue.name: queue.count for queue in Queue.all(connection=self._redis)}
        except RedisError:
            return {}
        return {QUEUE: 0} | known


_known_revisions = cache(revisions)


def _schema_state(connection: Connection) -> str:
    """A schema of a later release serves this one too."""
    if not connection.execute(_SCHEMA[connection.dialect.name]).scalar_one():
        return "empty"
    stands = connection.execute(_VERSION).scalars().all()
    if not stands:
        return "empty"
    return "behind" if stands[0] in _known_revisions()[:-1] else OK


def _sending_state(connection: Connection) -> str:
    return "held" if _held(connection)["all"] else OK


def _held(connection: Connection) -> dict[str, float]:
    restore = newest_restore(connection)
    return {"all": float(restore is not None and bool(restore.held))}


def _calls(told: Readings) -> dict[str, float]:
    return {"delivered": float(told.delivered), "failed": float(told.failed)}


def _deliveries(told: Readings) -> dict[str, float]:
    return {"waiting": float(told.waiting), "parked": float(told.parked)}


def _waits(told: Readings) -> dict[str, float]:
    return {"due": told.overdue.total_seconds(), "failing": told.silent.total_seconds()}


def _alive(known: Collection[Process] | None) -> dict[str, float]:
    if known is None:
        return {}
    return {kind: float(sum(one.kind == kind and one.well for one in known)) for kind in KINDS}


def _state(ask: Callable[[], object], error: type[Exception]) -> str:
    try:
        ask()
    except error:
        return DOWN
    return OK
