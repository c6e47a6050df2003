"""What a partner sends is a row first: acknowledged only when it is kept, and alike each time."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, false, or_, select
from uuid_utils.compat import uuid7

from gateway.core.dci.envelope import Envelope
from gateway.core.dci.words import Action, ErrorCode, MessageError, Reject
from gateway.registry.bulk import insert_new
from gateway.registry.dci_tables import dci_messages

MOST_SHOWN = 100  # transactions of one status request


def keep(
    connection: Connection,
    partner: str,
    envelope: Envelope,
    *,
    transaction_id: str,
    reference_ids: Sequence[str],
    reply_to: str | None,
    now: datetime,
) -> UUID:
    """The correlation id of the message, which is kept to be worked through.

    A message that is known by its id has the id it had. Raises MessageError where another message
    came under it.
    """
    digest = digest_of(envelope)
    row = {
        "id": uuid7(), "partner": partner, "message_id": envelope.header.message_id,
        "action": envelope.header.action, "transaction_id": transaction_id,
        "reference_ids": list(reference_ids), "digest": digest, "reply_to": reply_to,
        "body": json.dumps(envelope.message), "state": "waiting", "attempts": 0, "due_at": now,
        "received_at": now,
    }  # fmt: skip
    insert_new(connection, dci_messages, [row])
    table = dci_messages.c
    known = connection.execute(
        select(table.id, table.digest).where(
            table.partner == partner, table.message_id == envelope.header.message_id
        )
    ).one()
    if known.digest != digest:
        told = "header.message_id: another message has this id"
        raise MessageError(ErrorCode.BAD, f"{told} ({Reject.MESSAGE_TWICE})")
    found: UUID = known.id
    return found


def digest_of(envelope: Envelope) -> str:
    """What a message is told by: what it asks, however late it is sent again."""
    asked = json.dumps([envelope.header.action, envelope.message], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def known_of(
    connection: Connection, partner: str, kind: str, values: Sequence[str]
) -> Sequence[Row[Any]]:
    """The partner's own messages by transaction, correlation or reference, the newest first."""
    table = dci_messages.c
    asked = select(
        table.action, table.state, table.reference_ids, table.transaction_id, table.received_at
    ).where(table.partner == partner, table.action.in_([Action.SEARCH, Action.SUBSCRIBE]))
    if kind == "transaction_id":
        asked = asked.where(table.transaction_id.in_(values))
    elif kind == "correlation_id":
        asked = asked.where(table.id.in_([known for one in values if (known := _uuid(one))]))
    else:
        listed = cast(table.reference_ids, Text)
        quoted = (listed.contains(json.dumps(one), autoescape=True) for one in values)
        asked = asked.where(or_(false(), *quoted))
    newest: Sequence[Row[Any]] = connection.execute(
        asked.order_by(table.id.desc()).limit(MOST_SHOWN)
    ).all()  # type: ignore[assignment]  # a row is a row
    return newest


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
