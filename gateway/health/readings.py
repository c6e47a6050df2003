"""Gauges that are read when they are asked for, none of them from the whole of a table."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from gateway.backups.making import last_backup_at
from gateway.core.message_states import FINAL, MessageState
from gateway.figures.days import WEEK
from gateway.figures.tables import figures
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import alerts, messages
from gateway.registry.clock import database_now

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


def messages_by_state(connection: Connection) -> dict[str, float]:
    """Those under way as they are now; those that have ended in the week, as last counted."""
    return _under_way(connection) | _ended(connection)


def open_alerts(connection: Connection) -> dict[str, float]:
    open_ones = select(alerts.c.kind, func.count().label("number")).where(
        alerts.c.resolved_at.is_(None)
    )
    rows = connection.execute(open_ones.group_by(alerts.c.kind))
    return {str(row.kind): float(row.number) for row in rows}


def backup_age(connection: Connection) -> dict[str, float]:
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
