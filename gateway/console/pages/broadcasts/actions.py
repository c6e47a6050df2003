"""Counting what a broadcast would do, and a line in the audit log about it."""

from uuid import UUID

from sqlalchemy import Connection

from gateway.console.kit.context import audit, database, now, reading, settings, wakeups
from gateway.console.kit.too_late import too_late
from gateway.console.pages.broadcasts.forms.writing import confined_to
from gateway.console.pages.broadcasts.queries.broadcasts import one
from gateway.messaging.broadcasts.kept_preview import audience_size, keep_preview
from gateway.messaging.broadcasts.lifecycle import MAY

# A thousand people are counted in some 30 ms.
SMALL = 2000
CHANGES = frozenset(f"broadcast.{verb}" for verb in (*MAY, "send_back"))


def begin_preview(broadcast_id: UUID) -> None:
    """Counts it at once, or has a worker do it."""
    with reading() as connection:
        size = audience_size(connection, one(connection, broadcast_id).audience)
    if size <= SMALL:
        count_now(broadcast_id)
    else:
        wakeups().preview_broadcast(broadcast_id)


def count_now(broadcast_id: UUID) -> None:
    """Counts it, however long that takes, and keeps what was counted."""
    keep_preview(database(), broadcast_id, default_locale=settings().default_locale, now=now())


def record(
    connection: Connection, action: str, broadcast_id: UUID, district: int | None = None
) -> None:
    """A line in the audit log, of the district that the broadcast is bound to."""
    audit(
        connection,
        action,
        kind="broadcast",
        object_id=broadcast_id,
        district_id=confined_to(district),
    )


def too_late_for(connection: Connection, broadcast_id: UUID) -> str:
    """Why something cannot be done with the broadcast any more: a msgid."""
    state = one(connection, broadcast_id).state
    return too_late(connection, "broadcast", broadcast_id, actions=CHANGES, state=state)
