"""Settling messages whose outcome is unknown, each with a line in the audit log."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.console.kit.context import audit, now
from gateway.messaging.ledger import still
from gateway.messaging.recovery.resolving import Resolution, resolve_unknown
from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries


def resolve_batch(connection: Connection, ids: Sequence[UUID], outcome: Resolution) -> int:
    """Settles those of `ids` that are still unknown, in a `writing()` transaction; how many."""
    waiting = connection.execute(
        select(messages.c.id, beneficiaries.c.district_id)
        .select_from(
            messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
        )
        .where(one_of(connection, messages.c.id, ids), still("unknown"))
    ).all()
    count = resolve_unknown(connection, [row.id for row in waiting], outcome, now=now())
    for row in waiting:
        audit(
            connection,
            "message.resolve",
            kind="message",
            object_id=row.id,
            district_id=row.district_id,
            changes={"outcome": ("unknown", outcome)},
        )
    return count
