"""Putting messages into the ledger: a key lets each in once, however often it is asked for."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, literal_column, or_
from uuid_utils.compat import uuid7

from gateway.core.consent import MessageCategory
from gateway.core.message_states import MessageState
from gateway.logs import request_id
from gateway.messaging.tables import messages
from gateway.registry.bulk import insert_new

PRIORITIES: dict[MessageCategory, int] = {"reply": 0, "payment": 1, "health": 1, "broadcast": 2}
IN_ONE_STATEMENT = 1000
A_SECOND = timedelta(seconds=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A message wanted: what it is about, not yet what it says. `params` is plain JSON.

    `alike` is the same for those that will probably read the same; empty: like no other.
    """

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
    alike: str = ""


def queue_messages(connection: Connection, drafts: Iterable[Draft], *, now: datetime) -> int:
    """Queues what is not in the ledger yet, a thousand rows a statement; how many were new."""
    added, rows = 0, []
    for draft in drafts:
        rows.append(_row(draft, now))
        if len(rows) == IN_ONE_STATEMENT:
            added += insert_new(connection, messages, rows)
            rows = []
    added += insert_new(connection, messages, rows)
    if request_id.get():
        logger.info("%s SMS queued", added)
    return added


def state_is(*states: MessageState) -> ColumnElement[bool]:
    """Literal in the SQL: the planner must see which partial index answers."""
    return or_(*(messages.c.state == literal_column(f"'{state}'") for state in states))


def still(*states: MessageState) -> ColumnElement[bool]:
    """The same for rows named by their ids: hidden from the planner, which would rather walk
    through a partial index full of rows that have just left it.
    """
    hidden = func.coalesce(messages.c.state, "")
    return or_(*(hidden == literal_column(f"'{state}'") for state in states))


def together(moment: datetime, alike: str, *, now: datetime) -> datetime:
    """`moment` with a mark of `alike` for its microseconds; due at once where `moment` is.

    Messages are claimed by the time from which on they may go. So those that read the same follow
    each other, whatever order their people were registered in, by the index that is there.
    """
    if not alike:
        return moment
    digest = hashlib.blake2b(alike.encode(), digest_size=4).digest()
    marked = moment.replace(microsecond=int.from_bytes(digest) % 1_000_000)
    return marked - A_SECOND if moment <= now < marked else marked


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
        "request_id": request_id.get() or None,
        "attempts": 0,
        "resends": 0,
        "not_before_at": together(draft.not_before_at, draft.alike, now=now),
        "expires_at": draft.expires_at,
        "created_at": now,
        "updated_at": now,
    }
