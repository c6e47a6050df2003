"""A provider that refuses or keeps failing is left alone for a while, by a row that staff can see.

There is no other breaker: the row is shared by all workers and outlives them.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from uuid_utils.compat import uuid7

from gateway.messaging.bulk import insert_new
from gateway.messaging.tables import alerts, provider_stops

FAILURES_TO_STOP = 3  # whole calls, one after the other
FIRST_STOP, LONGEST_STOP = timedelta(seconds=5), timedelta(minutes=5)
SWITCHED_OFF, FOR_GOOD = "switched_off", datetime(9999, 1, 1, tzinfo=UTC)
PROVIDER_STOPPED = "provider_stopped"
QUIET_REASONS = frozenset({"throttled"})  # an order to wait, nothing for a person to do


def read_stop(connection: Connection, provider: str) -> Any:
    """The row of `provider_stops`, or None where all is well."""
    return connection.execute(
        select(provider_stops).where(provider_stops.c.provider == provider)
    ).one_or_none()


def stop_provider(
    connection: Connection, provider: str, *, reason: str, until: datetime, now: datetime
) -> None:
    """No call before `until`; a person is alerted, once for each time it stops."""
    values = {"stopped_until_at": until, "failures": 0, "reason": reason, "updated_at": now}
    _put(connection, provider, values)
    if reason not in QUIET_REASONS:
        _alert(connection, provider, reason, now)


def note_failure(connection: Connection, provider: str, *, reason: str, now: datetime) -> None:
    """A call failed as a whole; the third in a row stops the provider, longer every time."""
    row = read_stop(connection, provider)
    failures = min((row.failures if row else 0) + 1, 20)
    until = now
    if failures >= FAILURES_TO_STOP:
        until += min(FIRST_STOP * 2 ** (failures - FAILURES_TO_STOP), LONGEST_STOP)
    values = {"stopped_until_at": until, "failures": failures, "reason": reason, "updated_at": now}
    _put(connection, provider, values)
    if until - now == LONGEST_STOP:
        _alert(connection, provider, reason, now)


def note_success(connection: Connection, provider: str, now: datetime) -> None:
    """A call got through: the stop is over, and so is its alert."""
    if connection.execute(
        delete(provider_stops).where(
            provider_stops.c.provider == provider, provider_stops.c.stopped_until_at <= now
        )
    ).rowcount:
        _resolve(connection, provider, now)


def switch_off_provider(connection: Connection, provider: str, now: datetime) -> None:
    """A person wants nothing sent this way until a person says so: `release_provider`."""
    values = {"stopped_until_at": FOR_GOOD, "failures": 0, "updated_at": now}
    _put(connection, provider, {**values, "reason": SWITCHED_OFF})
    _resolve(connection, provider, now)


def release_provider(connection: Connection, provider: str, now: datetime) -> None:
    """Staff have acted: it may be tried again at once."""
    connection.execute(delete(provider_stops).where(provider_stops.c.provider == provider))
    _resolve(connection, provider, now)


def _put(connection: Connection, provider: str, values: dict[str, Any]) -> None:
    """What a call that was under way finds out does not switch a provider on again."""
    changed = connection.execute(
        update(provider_stops)
        .where(provider_stops.c.provider == provider, provider_stops.c.reason != SWITCHED_OFF)
        .values(values)
    )
    if not changed.rowcount:
        insert_new(connection, provider_stops, [{"provider": provider, **values}])


def _alert(connection: Connection, provider: str, reason: str, now: datetime) -> None:
    open_ones = _open_alerts(connection, provider)
    if not any(row.detail["reason"] == reason for row in open_ones):
        detail = {"provider": provider, "reason": reason}
        connection.execute(
            insert(alerts).values(id=uuid7(), kind=PROVIDER_STOPPED, detail=detail, opened_at=now)
        )


def _resolve(connection: Connection, provider: str, now: datetime) -> None:
    ids = [row.id for row in _open_alerts(connection, provider)]
    if ids:
        connection.execute(update(alerts).where(alerts.c.id.in_(ids)).values(resolved_at=now))


def _open_alerts(connection: Connection, provider: str) -> list[Any]:
    rows = connection.execute(
        select(alerts).where(alerts.c.resolved_at.is_(None), alerts.c.kind == PROVIDER_STOPPED)
    )
    return [row for row in rows if row.detail["provider"] == provider]
