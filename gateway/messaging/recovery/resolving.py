"""Staff settle what the gateway cannot know: messages whose answer never came."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, update

from gateway.messaging.learnt import move_and_learn
from gateway.messaging.ledger import still
from gateway.messaging.restored.holding import not_set_aside
from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of

# arrived: the operator's own list shows them; resend: it does not; give_up: too late to matter.
Resolution = Literal["arrived", "resend", "give_up"]


def resolve_unknown(
    connection: Connection, message_ids: Collection[UUID], resolution: Resolution, *, now: datetime
) -> int:
    """Moves those of `message_ids` that are unknown; how many. `resend` is a decision to risk two.

    A message whose time has passed is not sent any more, whatever was resolved. What a restore has
    set aside is released first: gateway.messaging.restored.
    """
    values: dict[Resolution, dict[str, Any]] = {
        "arrived": {"state": "accepted", "reason": "resolved_arrived"},
        "resend": {
            "state": "queued",
            "reason": "resolved_resend",
            "resends": messages.c.resends + 1,
            "claim_id": None,
            "sent_at": None,
        },
        "give_up": {"state": "failed", "reason": "resolved_give_up"},
    }
    moving = (
        update(messages)
        .where(one_of(connection, messages.c.id, message_ids), still("unknown"), not_set_aside())
        .values(updated_at=now, **values[resolution])
    )
    return move_and_learn(connection, moving, now=now)
