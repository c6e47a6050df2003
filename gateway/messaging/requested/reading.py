"""What became of messages, as a system reads it: those of the people whom its key may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, literal, null, or_, select

from gateway.core.consent import MessageCategory
from gateway.core.message_states import MessageState
from gateway.messaging.ledger import state_is
from gateway.messaging.requested.wanted import Sender
from gateway.messaging.tables import api_test_messages, messages
from gateway.registry.tables import beneficiaries

_SENT: frozenset[MessageState] = frozenset({"accepted", "unknown", "delivered", "failed"})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A message, without its number. `text` None: it is not written yet, or not a test's own."""

    id: UUID
    registration_no: str | None
    category: MessageCategory
    template: str
    state: MessageState
    reason: str | None
    text: str | None
    segments: int | None
    created_at: datetime
    updated_at: datetime
    not_before_at: datetime
    expires_at: datetime | None
    sent_at: datetime | None


def see_message(connection: Connection, message_id: UUID, sender: Sender) -> Seen | None:
    """None where there is none, or it is of somebody outside the key's district."""
    table = api_test_messages if sender.kind == "test" else messages
    row = connection.execute(_selected(sender).where(table.c.id == message_id)).one_or_none()
    return None if row is None else _seen(row)


def list_messages(
    connection: Connection,
    sender: Sender,
    *,
    at_most: int,
    before: UUID | None = None,
    registration_no: str | None = None,
    state: MessageState | None = None,
) -> list[Seen]:
    """Newest first, those below the id `before`. What changes afterwards is in the change feed."""
    table = api_test_messages if sender.kind == "test" else messages
    page = _selected(sender).order_by(table.c.id.desc()).limit(at_most)
    if before is not None:
        page = page.where(table.c.id < before)
    if registration_no is not None:
        page = page.where(beneficiaries.c.registration_no == registration_no)
    if state is not None:
        page = page.where(table.c.state == state if sender.kind == "test" else state_is(state))
    return [_seen(row) for row in connection.execute(page)]


def _selected(sender: Sender) -> Select[Any]:
    """A test's key sees what it asked for itself, and no real message."""
    if sender.kind == "test":
        table = api_test_messages
        found = select(
            table,
            null().label("segments"),
            null().label("expires_at"),
            table.c.created_at.label("updated_at"),
            table.c.created_at.label("not_before_at"),
            literal(value=True).label("is_test"),
            beneficiaries.c.registration_no,
        ).where(table.c.key_id == sender.key_id)
    else:
        table = messages
        found = select(
            table, literal(value=False).label("is_test"), beneficiaries.c.registration_no
        )
    found = found.select_from(table).outerjoin(
        beneficiaries, beneficiaries.c.id == table.c.beneficiary_id
    )
    if sender.district_id is None:
        return found
    hers = beneficiaries.c.district_id == sender.district_id
    if sender.kind == "live":
        return found.where(hers)
    # A magic or a listed number is nobody's: it is seen by whoever wrote to it.
    own = table.c.dedupe_key.startswith(f"api:{sender.key_id.hex}:", autoescape=True)
    return found.where(or_(hers, own & table.c.beneficiary_id.is_(None)))


def _seen(row: Row[Any]) -> Seen:
    sent_at = row.created_at if row.is_test and row.state in _SENT else None
    return Seen(
        id=row.id,
        registration_no=row.registration_no,
        category=row.category,
        template=row.template,
        state=row.state,
        reason=row.reason,
        text=row.body,
        segments=row.segments,
        created_at=row.created_at,
        updated_at=row.updated_at,
        not_before_at=row.not_before_at,
        expires_at=row.expires_at,
        sent_at=sent_at if row.is_test else row.sent_at,
    )
