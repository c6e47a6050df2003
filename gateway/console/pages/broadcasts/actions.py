"""Counting what a broadcast would do: at once where it is small, else by a worker."""

from uuid import UUID

from gateway.console.kit.context import now, ports, reading, settings
from gateway.console.pages.broadcasts.queries import one
from gateway.messaging.broadcasts.kept_preview import audience_size, keep_preview
from gateway.messaging.wakeups import Wakeups

# A thousand people are counted in some 30 ms.
SMALL = 2000


def begin_preview(broadcast_id: UUID) -> None:
    with reading() as connection:
        size = audience_size(connection, one(connection, broadcast_id).audience)
    if size <= SMALL:
        count_now(broadcast_id)
    else:
        Wakeups(ports().redis).preview_broadcast(broadcast_id)


def count_now(broadcast_id: UUID) -> None:
    keep_preview(
        ports().database, broadcast_id, default_locale=settings().default_locale, now=now()
    )
