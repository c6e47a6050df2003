"""Putting messages into the ledger: a key lets each in once, however often it is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, literal_column, or_
from uuid_utils.compat import uuid7

from gateway.core.consent import MessageCategory
from gateway.core.message_states import State
from gateway.messaging.bulk import insert_new
from gateway.messaging.tables import messages

PRIORITIES: dict[MessageCategory, int] = {"reply": 0, "payment": 1, "health": 1, "broadcast": 2}
IN_ONE_STATEMENT = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A message wanted: what it is about, not yet what it says. `params` is plain JSON."""

    dedupe_key: str
    category: MessageCategory
    template: str
    msisdn: str
    locale: str
    not_before_at: datetime
    expires_at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    beneficiary_id: UUID | None = None
    payment_id: UUID | None = None
    broadcast_id: UUID | None = None


def queue_messages(connection: Connection, drafts: Iterable[Draft], *, now: datetime) -> int:
    """Queues what is not in the ledger yet, a thousand rows a statement; how many were new."""
    added, rows = 0, []
    for draft in drafts:
        rows.append(_row(draft, now))
        if len(rows) == IN_ONE_STATEMENT:
            added += insert_new(connection, messages, rows)
            rows = []
    return added + insert_new(connection, messages, rows)


def state_is(*states: State) -> ColumnElement[bool]:
    """Literal in the SQL: the planner must see which partial index answers."""
    return or_(*(messages.c.state == literal_column(f"'{state}'") for state in states))


def still(*states: State) -> ColumnElement[bool]:
    """The same for rows named by their ids: hidden from the planner, which would rather walk
    through a partial index full of rows that have just left it.
    """
    hidden = func.coalesce(messages.c.state, "")
    return or_(*(hidden == literal_column(f"'{state}'") for state in states))


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "dedupe_key": draft.dedupe_key,
        "category": draft.category,
        "priority": PRIORITIES[draft.category],
        "beneficiary_id": draft.beneficiary_id,
        "payment_id": draft.payment_id,
        "broadcast_id": draft.broadcast_id,
        "msisdn": draft.msisdn,
        "locale": draft.locale,
        "template": draft.template,
        "params": dict(draft.params),
        "state": "queued",
        "attempts": 0,
        "resends": 0,
        "not_before_at": draft.not_before_at,
        "expires_at": draft.expires_at,
        "created_at": now,
        "updated_at": now,
    }
