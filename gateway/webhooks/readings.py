"""How webhooks are doing: what `/metrics` and `flask doctor` tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints

MOST_COUNTED = 10_000
_E, _D = webhook_endpoints.c, webhook_deliveries.c
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """`waiting` and `parked` up to `MOST_COUNTED`; `overdue`: how long the oldest delivery has
    waited that could go now; `silent`: for how long the receiver that fails longest has taken
    nothing. Both are zero where there is none.
    """

    waiting: int
    parked: int
    delivered: int
    failed: int
    overdue: timedelta
    silent: timedelta


def read_webhooks(connection: Connection, now: datetime) -> Readings:
    """`now` is the database's."""
    calls = select(func.sum(_E.delivered), func.sum(_E.failed))
    delivered, failed = connection.execute(calls).one()
    return Readings(
        waiting=_count(connection, "waiting"),
        parked=_count(connection, "parked"),
        delivered=int(delivered or 0),
        failed=int(failed or 0),
        overdue=_overdue(connection, now),
        silent=_silent(connection, now),
    )


def _count(connection: Connection, state: str) -> int:
    some = select(_D.id).where(_D.state == state).limit(MOST_COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _overdue(connection: Connection, now: datetime) -> timedelta:
    """A receiver that may not be called yet is waited for, not late."""
    first = select(func.min(_D.next_at)).where(_D.state == "waiting", _D.endpoint_id == _E.id)
    asked = select(_E.next_at, first.scalar_subquery().label("due_at"))
    rows = connection.execute(asked.where(_E.state == "active", _E.next_at <= now)).all()
    return max((now - max(row.due_at, row.next_at) for row in rows if row.due_at), default=_NONE)


def _silent(connection: Connection, now: datetime) -> timedelta:
    since = func.coalesce(_E.delivered_at, _E.created_at).label("since")
    failing = select(func.min(since)).where(_E.state == "active", _E.failures > 0)
    at: datetime | None = connection.execute(failing).scalar()
    return _NONE if at is None else now - at
