"""Reading the ledger for staff: newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from gateway.messaging.tables import messages, receipts

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; None: whatever. `before` is the last id of the page before."""

    state: str | None = None
    category: str | None = None
    msisdn: str | None = None
    broadcast_id: UUID | None = None
    before: UUID | None = None


def find_messages(connection: Connection, wanted: Wanted, *, at_most: int) -> Sequence[AnyRow]:
    """Rows of `messages`, newest first."""
    page = select(messages).order_by(messages.c.id.desc()).limit(at_most)
    for name in ("state", "category", "msisdn", "broadcast_id"):
        value = getattr(wanted, name)
        if value is not None:
            page = page.where(messages.c[name] == value)
    if wanted.before is not None:
        page = page.where(messages.c.id < wanted.before)
    return connection.execute(page).all()


def find_message(connection: Connection, message_id: UUID) -> AnyRow | None:
    """The row of one message; None where there is none."""
    return connection.execute(select(messages).where(messages.c.id == message_id)).one_or_none()


def count_states(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    rows = connection.execute(
        select(messages.c.state, func.count().label("count")).group_by(messages.c.state)
    )
    return {str(row[0]): int(row[1]) for row in rows}


def receipts_of(connection: Connection, message: AnyRow) -> Sequence[AnyRow]:
    """What the operator reported on a message, oldest first."""
    if message.provider_ref is None:
        return []
    return connection.execute(
        select(receipts)
        .where(
            receipts.c.provider == message.provider,
            receipts.c.provider_ref == message.provider_ref,
        )
        .order_by(receipts.c.received_at)
    ).all()
