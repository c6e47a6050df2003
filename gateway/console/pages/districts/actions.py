"""Pausing a district and letting it go on, each with a line in the audit log."""

from typing import Any

from sqlalchemy import Connection, update

from gateway.console.kit.context import audit, now
from gateway.console.pages.districts.queries import one
from gateway.registry.tables import districts


def pause(connection: Connection, district_id: int, reason: str) -> None:
    """From now on no reminder is sent there; `reason` is what staff read on the first page."""
    values = {"paused_at": now(), "paused_reason": reason}
    _write(connection, district_id, "district.pause", values)


def resume(connection: Connection, district_id: int) -> None:
    """Reminders are sent there again."""
    values = {"paused_at": None, "paused_reason": None}
    _write(connection, district_id, "district.resume", values)


def _write(connection: Connection, district_id: int, action: str, values: dict[str, Any]) -> None:
    before = one(connection, district_id).paused_reason
    connection.execute(update(districts).where(districts.c.id == district_id).values(values))
    audit(
        connection,
        action,
        kind="district",
        object_id=district_id,
        district_id=district_id,
        changes={"paused_reason": (before, values["paused_reason"])},
    )
