"""What may have gone out before a restore, counted for whoever has to release it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from gateway.core.consent import MessageCategory
from gateway.core.restores import HELD_KINDS
from gateway.messaging.ledger import state_is
from gateway.messaging.restored.holding import Restore, held_of
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries, payments, villages

_OPEN = ("submitted", "approved", "scheduled", "running", "paused")


@dataclass(frozen=True, kw_only=True, slots=True)
class BroadcastSoFar:
    """How far a broadcast had got by the dump: `sent` and `left` of what was in the ledger."""

    id: UUID
    name: str
    state: str
    recipients: int | None
    sent: int
    left: int


def held_counts(connection: Connection) -> dict[MessageCategory, int]:
    """How many messages of each kind are set aside."""
    return {kind: _count(connection, kind) for kind in HELD_KINDS}


def held_reminders(
    connection: Connection, kind: MessageCategory, *, at_most: int
) -> Sequence[Row[Any]]:
    """`due_on` (None: of no payment), `village` in Latin letters, `number`: by payday, then
    village.
    """
    return connection.execute(
        select(
            payments.c.due_on,
            villages.c.name_latin.label("village"),
            func.count().label("number"),
        )
        .select_from(
            messages.outerjoin(payments, payments.c.id == messages.c.payment_id)
            .outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
            .outerjoin(villages, villages.c.id == beneficiaries.c.village_id)
        )
        .where(held_of(kind))
        .group_by(payments.c.due_on, villages.c.id, villages.c.name_latin)
        .order_by(payments.c.due_on, villages.c.name_latin, villages.c.id)
        .limit(at_most)
    ).all()


def broadcasts_so_far(connection: Connection, restore: Restore) -> list[BroadcastSoFar]:
    """Those that the dump shows neither drafted nor over: any of them may be further by now."""
    open_ones = select(broadcasts).where(
        broadcasts.c.state.in_(_OPEN), broadcasts.c.created_at <= restore.noticed_at
    )
    return [
        BroadcastSoFar(
            id=row.id, name=row.name, state=row.state, recipients=row.recipients,
            sent=_of_broadcast(connection, row.id, left=False),
            left=_of_broadcast(connection, row.id, left=True),
        )
        for row in connection.execute(open_ones.order_by(broadcasts.c.created_at))
    ]  # fmt: skip


def _of_broadcast(connection: Connection, broadcast_id: UUID, *, left: bool) -> int:
    waiting = or_(held_of("broadcast"), state_is("queued"))
    which = waiting if left else state_is("accepted", "delivered", "failed", "expired")
    mine = select(func.count()).where(messages.c.broadcast_id == broadcast_id, which)
    return connection.execute(mine).scalar_one()


def _count(connection: Connection, kind: MessageCategory) -> int:
    counted = select(func.count()).select_from(messages).where(held_of(kind))
    return connection.execute(counted).scalar_one()
