"""Broadcasts that two people have agreed on, for tests of what comes after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.messaging.approval import approve_broadcast
from gateway.messaging.authors import Author
from gateway.messaging.broadcasts import create_broadcast, start_broadcast
from gateway.messaging.previewing import keep_preview
from gateway.registry.database import Database
from tests.messaging.conftest import ALWAYS

OPERATOR, APPROVER = Author("operator@x"), Author("approver@x")


def started_broadcast(
    database: Database,
    *,
    now: datetime,
    texts: Mapping[str, str] | None = None,
    audience: Mapping[str, Any] | None = None,
    start_at: datetime | None = None,
) -> UUID:
    """Written, counted, approved, and started for `start_at` or now; not yet expanded."""
    with database.writing() as connection:
        broadcast_id = create_broadcast(
            connection,
            name="Flood",
            texts=texts or {"lo": "ສຸກສາລາປິດ"},
            audience=audience or {},
            author=OPERATOR,
            default_locale="lo",
            now=now,
        )
    keep_preview(database, broadcast_id, default_locale="lo", now=now)
    with database.writing() as connection:
        approve_broadcast(connection, broadcast_id, by=APPROVER, now=now)
        start_broadcast(connection, broadcast_id, now=now, start_at=start_at, hours=ALWAYS)
    return broadcast_id
