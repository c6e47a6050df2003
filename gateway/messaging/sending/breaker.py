"""How each provider is doing, by a row that all workers share and staff can see.

There is no row where all is well: then a call costs one look at an empty table. The row is locked
last in a transaction, so that whoever holds it waits for nobody.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.breaker import (
    FAILED_PROBES_TO_ALERT,
    Health,
    ProviderState,
    after_answer,
    after_failure,
    after_order,
)
from gateway.messaging.tables import alerts, provider_stops
from gateway.registry.bulk import insert_new

SWITCHED_OFF, FOR_GOOD = "switched_off", datetime(9999, 1, 1, tzinfo=UTC)
PROVIDER_STOPPED = "provider_stopped"
QUIET_REASONS = frozenset({"throttled"})  # an order to wait, nothing for a person to do
STATES_IN_NUMBERS: dict[ProviderState, int] = {
    "well": 0,
    "slowed": 1,
    "failing": 2,
    "refusing": 2,
    "off": 3,
}
_TOLD: dict[ProviderState, str] = {
    "well": "is well again",
    "slowed": "is slowed to one call at a time",
    "failing": "is stopped but for probes",
    "refusing": "has told us to stop",
}

logger = logging.getLogger(__name__)


def read_stop(connection: Connection, provider: str, *, lock: bool = False) -> Health | None:
    """How it is doing; None where all is well. `lock`: until the transaction ends."""
    asked = select(provider_stops).where(provider_stops.c.provider == provider)
    row = connection.execute(asked.with_for_update() if lock else asked).one_or_none()
    return _health(row) if row else None


def read_stops(connection: Connection) -> dict[str, Health]:
    """Of all that are not, or were not just now, well, by provider."""
    rows = connection.execute(select(provider_stops).order_by(provider_stops.c.provider))
    return {row.provider: _health(row) for row in rows}


def keep(connection: Connection, provider: str, old: Health, new: Health, now: datetime) -> None:
    """Writes down what has changed in a locked row; tells the log, and a person if need be."""
    if new == old:
        return
    mine = provider_stops.c.provider == provider
    if new.forgotten:
        connection.execute(delete(provider_stops).where(mine))
    else:
        connection.execute(update(provider_stops).where(mine).values(_values(new, now)))
    if new.state != old.state:
        _log(provider, new)
    if new.state == "well" and old.state != "well":
        _resolve(connection, provider, now)
    elif _deserves_a_person(new):
        _alert(connection, provider, new.reason, now)


def note_failure(
    connection: Connection, provider: str, *, reason: str, now: datetime, only_call: bool = False
) -> None:
    """A call failed as a whole. `only_call`: it was a probe, or the one call that may be made."""
    _change(
        connection,
        provider,
        lambda old: after_failure(old, reason=reason, only_call=only_call, now=now),
        now,
    )


def note_answer(
    connection: Connection, provider: str, *, now: datetime, only_call: bool = False
) -> None:
    """A call got through; where all is well that is not worth a row."""
    old = read_stop(connection, provider)
    if old is not None:
        _change(
            connection, provider, lambda old: after_answer(old, only_call=only_call, now=now), now
        )


def stop_provider(
    connection: Connection, provider: str, *, reason: str, until: datetime, now: datetime
) -> None:
    """The provider takes nothing before `until`, it says; a person is alerted, once."""
    _change(connection, provider, lambda old: after_order(old, reason=reason, until=until), now)


def switch_off_provider(connection: Connection, provider: str, now: datetime) -> None:
    """A person wants nothing sent this way until a person says so: `release_provider`."""
    off = Health(state="off", next_at=FOR_GOOD, reason=SWITCHED_OFF)
    values = _values(off, now)
    insert_new(connection, provider_stops, [{"provider": provider, **values}])
    connection.execute(
        update(provider_stops).where(provider_stops.c.provider == provider).values(values)
    )
    _resolve(connection, provider, now)


def release_provider(connection: Connection, provider: str, now: datetime) -> None:
    """Staff have acted: it may be tried again at once."""
    connection.execute(delete(provider_stops).where(provider_stops.c.provider == provider))
    _resolve(connection, provider, now)


def _change(
    connection: Connection, provider: str, change: Callable[[Health], Health], now: datetime
) -> None:
    old = read_stop(connection, provider, lock=True)
    if old is None:
        fresh = {"provider": provider, **_values(Health(next_at=now), now)}
        insert_new(connection, provider_stops, [fresh])
        old = read_stop(connection, provider, lock=True)
    if old is not None:
        keep(connection, provider, old, change(old), now)


def _health(row: Any) -> Health:
    return Health(
        state=row.state,
        share=row.share,
        failed_probes=row.failures,
        next_at=row.stopped_until_at,
        reason=row.reason,
    )


def _values(health: Health, now: datetime) -> dict[str, Any]:
    return {
        "state": health.state,
        "share": health.share,
        "failures": health.failed_probes,
        "stopped_until_at": health.next_at,
        "reason": health.reason[:64],
        "updated_at": now,
    }


def _log(provider: str, health: Health) -> None:
    """The reason is the provider's word: what could be a number in it is masked, as in any line."""
    share = f"{health.share:.0%} of its last calls failed"
    logger.warning("%s %s: %s (%s)", provider, _TOLD[health.state], health.reason, share)


def _deserves_a_person(health: Health) -> bool:
    if health.state == "refusing":
        return health.reason not in QUIET_REASONS
    return health.state == "failing" and health.failed_probes >= FAILED_PROBES_TO_ALERT


def _alert(connection: Connection, provider: str, reason: str, now: datetime) -> None:
    """One for each stop, whatever else is said while it lasts: the last reason stands in it."""
    detail = {"provider": provider, "reason": reason}
    open_ones = _open_alerts(connection, provider)
    if not open_ones:
        connection.execute(
            insert(alerts).values(id=uuid7(), kind=PROVIDER_STOPPED, detail=detail, opened_at=now)
        )
    elif open_ones[0].detail != detail:
        connection.execute(
            update(alerts).where(alerts.c.id == open_ones[0].id).values(detail=detail)
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
