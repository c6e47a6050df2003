"""A second person approves a text, an audience and a count, and how far the count may grow."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, update

from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.kept_preview import audience_size, kept_preview, plain_preview
from gateway.messaging.broadcasts.lifecycle import change_state, locked, read_broadcast
from gateway.messaging.broadcasts.preview import preview_broadcast
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.staff.authors import APART_HOURS, Author, nearness

GROWTH_SHARE, GROWTH_LEAST = 10, 10  # a tenth more phones, and ten of a small audience

logger = logging.getLogger(__name__)


def most_recipients(approved: int) -> int:
    """To how many phones a broadcast goes at most that was approved for `approved`."""
    return approved + max(approved // GROWTH_SHARE, GROWTH_LEAST)


def grown_since(connection: Connection, row: Row[Any]) -> int | None:
    """By how many people the audience has grown since it was counted for its approval; below 0
    it has shrunk, None where nothing was counted or it has begun.
    """
    kept = kept_preview(row)
    if kept is None or row.approved_by is None or row.recipients is not None:
        return None
    return audience_size(connection, row.audience) - kept.preview.audience


def version_of(row: Row[Any]) -> str:
    """What somebody saw who read it: another text, audience, time or count is another version."""
    kept = kept_preview(row)
    counted = (kept.preview.recipients, kept.preview.segments) if kept else ()
    return "|".join(str(one) for one in (row.revision, row.state, row.start_at, *counted))


def approve_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    by: Author,
    now: datetime,
    seen: str | None = None,
) -> int:
    """`by`, who has signed in and may approve, agrees; for how many phones.

    Raises BroadcastError: for an author and who is near one (`nearness`), before the
    count is there, and where it is not any more what was `seen` (`version_of`). The row is locked:
    who edits, counts or approves at the same time comes before or after.
    """
    row = locked(connection, broadcast_id)
    if seen is not None and version_of(row) != seen:
        raise BroadcastError("changed")
    near = nearness(connection, row.authors, by, now=now)
    if near is not None:
        raise BroadcastError(near, hours=APART_HOURS)
    kept = kept_preview(row)
    if kept is None and row.state in {"draft", "submitted"}:
        raise BroadcastError("not_counted")
    recipients = kept.preview.recipients if kept else 0
    change_state(
        connection, broadcast_id, "approve", now,
        state="approved", approved_by=by.name, approved_recipients=recipients,
    )  # fmt: skip
    return recipients


def hold_back_grown(
    database: Database, broadcast_id: UUID, *, default_locale: str, now: datetime
) -> bool:
    """Counts once more before it is expanded; True where it has outgrown its approval.

    Then it waits for another approval, with the new count. What is under way already is paused.
    """
    with database.reading() as connection:
        row = read_broadcast(connection, broadcast_id)
        if row.state != "running" or row.recipients is not None or row.approved_recipients is None:
            return False
        counted = preview_broadcast(
            connection, row.texts, row.audience, default_locale=default_locale
        )
    if counted.recipients <= most_recipients(row.approved_recipients):
        return False
    if row.expanded_to is None:
        values = {
            "state": "submitted",
            "submitted_at": now,
            "approved_by": None,
            "preview": plain_preview(counted, now),
        }
    else:
        values = {"state": "paused"}
    with database.writing() as connection:
        connection.execute(
            update(broadcasts)
            .where(
                broadcasts.c.id == broadcast_id,
                broadcasts.c.state == "running",
                broadcasts.c.updated_at == row.updated_at,
            )
            .values(updated_at=now, **values)
        )
    logger.warning("a broadcast has outgrown its approval", extra={"broadcast": str(broadcast_id)})
    return True
