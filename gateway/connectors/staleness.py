"""A connection that has brought nothing for too long is an alert, until it brings something."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Sql
from sqlalchemy import Row, insert, select, update
from uuid_utils.compat import uuid7

from gateway.connectors.file import Connection
from gateway.connectors.running import is_stale
from gateway.connectors.tables import connections
from gateway.messaging.tables import alerts

CONNECTION_STALE = "connection_stale"  # the kind of the alert


def tell_stale(sql: Sql, known: Sequence[Connection], now: datetime) -> None:
    """Opens an alert for each approved connection of the file that is stale, and resolves those of
    connections that are well again, or in the file no more. By one process at a time."""
    told = select(alerts.c.id, alerts.c.detail).where(
        alerts.c.kind == CONNECTION_STALE, alerts.c.resolved_at.is_(None)
    )
    open_ones = {row.detail["connection"]: row.id for row in sql.execute(told)}
    stale = {row.name: begun for row, begun in stale_ones(sql, known, now)}
    new = [
        {
            "id": uuid7(),
            "kind": CONNECTION_STALE,
            "detail": {"connection": name, "since": begun.isoformat()},
            "opened_at": now,
        }
        for name, begun in stale.items()
        if name not in open_ones
    ]
    if new:
        sql.execute(insert(alerts), new)
    over = [alert_id for name, alert_id in open_ones.items() if name not in stale]
    if over:
        sql.execute(update(alerts).where(alerts.c.id.in_(over)).values(resolved_at=now))


def stale_ones(
    sql: Sql, known: Sequence[Connection], now: datetime
) -> list[tuple[Row[Any], datetime]]:
    """Approved connections that have brought nothing for their stale_hours: the row, and when the
    last pull went through, or somebody approved the first."""
    rows = {row.name: row for row in sql.execute(select(connections))}
    found = []
    for one in known:
        row = rows.get(one.name)
        if row is None or row.approved_at is None:
            continue
        begun = row.last_ok_at or row.approved_at
        if is_stale(one, begun, now):
            found.append((row, begun))
    return found
