"""Delivery receipts: written down as they came, then a message moves forward, never back.

A receipt whose id is not known yet is parked. It belongs to a call whose answer is still on its
way, or was lost; `match_parked` and `settle_unknown` find out.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.message_states import RECEIPT_MOVES, MessageState, ReceiptOutcome
from gateway.logs import under
from gateway.messaging.learnt import move_and_learn
from gateway.messaging.ledger import state_is, still
from gateway.messaging.restored.holding import never_held
from gateway.messaging.tables import messages, receipts
from gateway.providers.base import DeliveryReceipt
from gateway.registry.bulk import is_row, one_of, values_table

OUTCOMES: tuple[ReceiptOutcome, ...] = ("in_flight", "failed", "expired", "delivered")
AT_ONCE = 5000  # rows a sweep looks at

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What a receipt says of a message of ours; `request_id` is that which it answers."""

    message_id: UUID
    provider_ref: str
    outcome: ReceiptOutcome | None
    reason: str | None
    request_id: str | None = None


def record_receipt(connection: Connection, receipt: DeliveryReceipt, *, now: datetime) -> bool:
    """Writes the receipt down and moves its message; False where it has to be parked."""
    found = _message_of(connection, receipt)
    connection.execute(
        insert(receipts).values(
            id=uuid7(),
            provider=receipt.provider,
            provider_ref=receipt.provider_ref,
            message_id=receipt.message_id,
            msisdn=receipt.msisdn.e164 if receipt.msisdn else None,
            status=receipt.status,
            outcome=receipt.outcome,
            reason=receipt.reason,
            matched=found is not None,
            received_at=now,
        )
    )
    if found is None:
        return False
    told = receipt.outcome, receipt.reason
    news = News(found.id, receipt.provider_ref, *told, found.request_id)
    move_by_receipts(connection, [news], now=now)
    return True


def move_by_receipts(connection: Connection, news: Sequence[News], *, now: datetime) -> None:
    """Moves each message as far as its receipts say: one statement an outcome."""
    columns = [messages.c[name] for name in ("id", "provider_ref", "reason")]
    for one in news:
        if one.request_id is not None:
            with under(one.request_id):
                logger.info("SMS %s: receipt %s", one.message_id, one.outcome)
    for outcome in OUTCOMES:
        said = [one for one in news if one.outcome == outcome]
        if not said:
            continue
        before, after = _move(outcome)
        rows = [
            {"id": one.message_id, "provider_ref": one.provider_ref, "reason": one.reason}
            for one in said
        ]
        new = values_table(connection, rows, columns)
        move_and_learn(
            connection,
            update(messages)
            .where(is_row(connection, messages.c.id, new, rows), still(*before))
            .values(
                state=after,
                reason=new.c.reason,
                provider_ref=func.coalesce(messages.c.provider_ref, new.c.provider_ref),
                claim_id=None,
                lease_until_at=None,
                updated_at=now,
            ),
            now=now,
        )


def match_parked(
    connection: Connection, *, now: datetime, refs: Collection[str] | None = None
) -> int:
    """Matches parked receipts with messages whose provider ref is known by now; how many."""
    parked = (
        select(
            receipts.c.id.label("receipt_id"),
            receipts.c.provider_ref,
            receipts.c.outcome,
            receipts.c.reason,
            messages.c.id.label("message_id"),
            messages.c.request_id,
        )
        .join(
            messages,
            (messages.c.provider_ref == receipts.c.provider_ref)
            & (messages.c.provider == receipts.c.provider),
        )
        .where(_unmatched())
        .order_by(receipts.c.received_at, receipts.c.id)
        .limit(AT_ONCE)
    )
    if refs is not None:
        parked = parked.where(one_of(connection, receipts.c.provider_ref, refs))
    found = connection.execute(parked).all()
    if found:
        news = [
            News(row.message_id, row.provider_ref, row.outcome, row.reason, row.request_id)
            for row in found
        ]
        move_by_receipts(connection, news, now=now)
        ids = [row.receipt_id for row in found]
        connection.execute(
            update(receipts).where(one_of(connection, receipts.c.id, ids)).values(matched=True)
        )
    return len(found)


def settle_unknown(connection: Connection, *, now: datetime) -> int:
    """Gives unknown messages the receipts that can only be theirs; how many messages.

    That is so where a handset has as many unknown messages as distinct parked receipts, and none
    that is being sent. Everything else stays for staff to see.
    """
    unknown = _unknown_by_handset(connection)
    if not unknown:
        return 0
    rows = []
    for handset, refs in _parked_by_handset(connection, unknown).items():
        ids = [row.id for row in unknown[handset]]
        if len(ids) == len(refs):
            rows += [{"id": id, "provider_ref": ref} for id, ref in zip(ids, refs, strict=True)]
    if rows:
        new = values_table(connection, rows, [messages.c.id, messages.c.provider_ref])
        connection.execute(
            update(messages)
            .where(is_row(connection, messages.c.id, new, rows), still("unknown"))
            .values(provider_ref=new.c.provider_ref, updated_at=now)
        )
        match_parked(connection, now=now, refs=[row["provider_ref"] for row in rows])
    return len(rows)


def _message_of(connection: Connection, receipt: DeliveryReceipt) -> Row[UUID, str | None] | None:
    known: ColumnElement[bool] = messages.c.provider_ref == receipt.provider_ref
    if receipt.message_id is not None:
        known = messages.c.id == receipt.message_id
    ids = connection.execute(
        select(messages.c.id, messages.c.request_id)
        .where(known, messages.c.provider == receipt.provider)
        .limit(1)
    )
    return ids.one_or_none()


def _move(outcome: ReceiptOutcome) -> tuple[list[MessageState], MessageState]:
    moves = {old: new[outcome] for old, new in RECEIPT_MOVES.items() if outcome in new}
    return list(moves), next(iter(moves.values()))


Handset = tuple[str, str]  # provider and number


def _unknown_by_handset(connection: Connection) -> dict[Handset, list[Any]]:
    """Unknown messages that may have parked receipts, oldest first."""
    being_sent = messages.alias("being_sent")
    rows = connection.execute(
        select(messages.c.id, messages.c.provider, messages.c.msisdn, messages.c.sent_at)
        .where(
            state_is("unknown"),
            never_held(),
            messages.c.msisdn.in_(select(receipts.c.msisdn).where(_unmatched())),
            ~select(being_sent.c.id)
            .where(being_sent.c.msisdn == messages.c.msisdn, being_sent.c.state == "sending")
            .exists(),
        )
        .order_by(messages.c.sent_at, messages.c.id)
        .limit(AT_ONCE)
    )
    unknown: dict[Handset, list[Any]] = defaultdict(list)
    for row in rows:
        unknown[row.provider, row.msisdn].append(row)
    return unknown


def _parked_by_handset(
    connection: Connection, unknown: dict[Handset, list[Any]]
) -> dict[Handset, list[str]]:
    """The distinct refs parked for each handset since its first unknown message, oldest first."""
    rows = connection.execute(
        select(
            receipts.c.provider,
            receipts.c.msisdn,
            receipts.c.provider_ref,
            receipts.c.received_at,
        )
        .where(_unmatched(), receipts.c.msisdn.in_({number for _, number in unknown}))
        .order_by(receipts.c.received_at, receipts.c.id)
    )
    parked: dict[Handset, dict[str, None]] = defaultdict(dict)
    for row in rows:
        handset = (row.provider, row.msisdn)
        if handset in unknown and row.received_at >= unknown[handset][0].sent_at:
            parked[handset][row.provider_ref] = None
    return {handset: list(refs) for handset, refs in parked.items()}


def _unmatched() -> ColumnElement[bool]:
    return ~receipts.c.matched
