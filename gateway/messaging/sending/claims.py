"""The three statements of a batch: claim it, mark it as being sent, settle it.

Each names the claim it works for: once the sweeper took a row back, nothing of an old claim
touches it any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, select, true, update
from uuid_utils.compat import uuid7

from gateway.core.learnt import OUTCOMES
from gateway.core.message_states import MessageState
from gateway.core.told import Told
from gateway.messaging.learnt import move_and_learn
from gateway.messaging.ledger import PRIORITIES, state_is, still
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.bulk import is_row, one_of, values_table

EVERYTHING = true()
_REPLIES = PRIORITIES["reply"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows held under a lease; after `last_start_at` no call may begin."""

    id: UUID
    message_ids: tuple[UUID, ...]
    last_start_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of one claimed message. In `queued`, `not_before_at` says from when on."""

    message_id: UUID
    state: MessageState
    reason: str | None = None
    provider_ref: str | None = None
    cost: Any = None
    currency: str | None = None
    segments: int | None = None
    not_before_at: datetime | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What the rows of one call share."""

    body: str
    told: Told | None
    segments: int


def count_due(
    connection: Connection,
    *,
    now: datetime,
    replies_only: bool,
    at_most: int,
    of: ColumnElement[bool] = EVERYTHING,
) -> int:
    """How many messages could be claimed, counting no further than `at_most`."""
    due = _due(now, replies_only, of).limit(at_most).subquery()
    return connection.execute(select(func.count()).select_from(due)).scalar_one()


def claim_due(
    connection: Connection,
    *,
    now: datetime,
    lease: timedelta,
    replies_only: bool,
    at_most: int,
    of: ColumnElement[bool] = EVERYTHING,
    probing: bool = False,
) -> Claim:
    """Takes the most urgent of `of`, all of one priority; two at once get different ones.

    `probing`: what may be lost is a reminder, which is sent again by itself where nothing is heard
    of it, before it is an answer, which never is.

    What is due at the very same moment reads the same: it is not torn apart where it would fit into
    a claim of its own.
    """
    claim_id = uuid7()
    due = _most_urgent(connection, now, _order(replies_only, probing), of, at_most)
    claimed = connection.execute(
        update(messages)
        .where(one_of(connection, messages.c.id, _untorn(due, at_most)), still("queued"))
        .values(state="claimed", claim_id=claim_id, lease_until_at=now + lease, updated_at=now)
        .returning(messages.c.id)
    )
    return Claim(claim_id, tuple(claimed.scalars()), now + lease / 2)


def _order(replies_only: bool, probing: bool) -> Sequence[int]:
    if replies_only:
        return (_REPLIES,)
    most_urgent_first = sorted(set(PRIORITIES.values()))
    if not probing:
        return most_urgent_first
    return [*(one for one in most_urgent_first if one != _REPLIES), _REPLIES]


def _most_urgent(
    connection: Connection,
    now: datetime,
    order: Sequence[int],
    of: ColumnElement[bool],
    at_most: int,
) -> Sequence[Row[Any, Any]]:
    """One row more than `at_most`, locked; one priority a statement, or those of tomorrow that
    are more urgent would be walked through.
    """
    for priority in order:
        due = connection.execute(
            select(messages.c.id, messages.c.not_before_at)
            .where(
                state_is("queued"),
                messages.c.priority == priority,
                messages.c.not_before_at <= now,
                of,
            )
            .order_by(messages.c.not_before_at)
            .limit(at_most + 1)
            .with_for_update(skip_locked=True)
        ).all()
        if due:
            return due
    return []


def _untorn(due: Sequence[Row[Any, Any]], at_most: int) -> list[UUID]:
    """At most `at_most` of `due`, without those of a moment of which there are more."""
    if len(due) > at_most:
        last = due[at_most].not_before_at
        whole = [row for row in due[:at_most] if row.not_before_at != last]
        due = whole or due[:at_most]
    return [row.id for row in due]


def broadcast_states(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """What the broadcasts of `ids` are right now."""
    if not ids:
        return {}
    asked = select(broadcasts.c.id, broadcasts.c.state).where(broadcasts.c.id.in_(ids))
    return {row.id: row.state for row in connection.execute(asked)}


def mark_sending(
    connection: Connection,
    claim: Claim,
    message_ids: Sequence[UUID],
    sending: Sending,
    *,
    provider: str,
    now: datetime,
) -> set[UUID]:
    """Writes that the call begins, right before it does; the ids still held by the claim.

    Doing it again, after a commit whose answer was lost, gives the same.
    """
    marked = connection.execute(
        update(messages)
        .where(
            one_of(connection, messages.c.id, message_ids),
            messages.c.claim_id == claim.id,
            still("claimed", "sending"),
        )
        .values(
            state="sending",
            body=sending.body,
            told=sending.told.written() if sending.told else None,
            segments=sending.segments,
            provider=provider,
            attempts=messages.c.attempts + case((messages.c.state == "claimed", 1), else_=0),
            sent_at=now,
            updated_at=now,
        )
        .returning(messages.c.id)
    )
    return set(marked.scalars())


def follow_numbers(
    connection: Connection, claim: Claim, numbers: Mapping[UUID, str], *, now: datetime
) -> None:
    """Writes down where messages really go whose person has got another number since."""
    if not numbers:
        return
    rows = [{"id": message_id, "msisdn": msisdn} for message_id, msisdn in numbers.items()]
    new = values_table(connection, rows, [messages.c.id, messages.c.msisdn])
    connection.execute(
        update(messages)
        .where(is_row(connection, messages.c.id, new, rows), messages.c.claim_id == claim.id)
        .values(msisdn=new.c.msisdn, updated_at=now)
    )


def settle(
    connection: Connection, claim: Claim, verdicts: Sequence[Verdict], *, now: datetime
) -> None:
    """Writes down what became of each, in one statement.

    A row whose lease ran out in the meantime is `unknown`, and still of this claim: it takes the
    late answer too.
    """
    if not verdicts:
        return
    columns = (
        "id",
        "state",
        "reason",
        "provider_ref",
        "cost",
        "currency",
        "segments",
        "not_before_at",
        "told",
    )
    rows = [_row(verdict) for verdict in verdicts]
    new = values_table(connection, rows, [messages.c[name] for name in columns])
    unsent = new.c.state == "queued"
    moving = (
        update(messages)
        .where(
            is_row(connection, messages.c.id, new, rows),
            messages.c.claim_id == claim.id,
            still("claimed", "sending", "unknown"),
        )
        .values(
            state=new.c.state,
            reason=new.c.reason,
            provider_ref=func.coalesce(new.c.provider_ref, messages.c.provider_ref),
            cost=func.coalesce(new.c.cost, messages.c.cost),
            currency=func.coalesce(new.c.currency, messages.c.currency),
            segments=func.coalesce(new.c.segments, messages.c.segments),
            not_before_at=func.coalesce(new.c.not_before_at, messages.c.not_before_at),
            told=func.coalesce(new.c.told, messages.c.told),
            sent_at=case((unsent, None), else_=messages.c.sent_at),
            claim_id=case((unsent, None), else_=messages.c.claim_id),
            lease_until_at=None,
            updated_at=now,
        )
    )
    if any(verdict.state in OUTCOMES for verdict in verdicts):
        move_and_learn(connection, moving, now=now)
    else:
        connection.execute(moving)


def _row(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.message_id,
        "state": verdict.state,
        "reason": verdict.reason,
        "provider_ref": verdict.provider_ref,
        "cost": verdict.cost,
        "currency": verdict.currency,
        "segments": verdict.segments,
        "not_before_at": verdict.not_before_at,
        "told": verdict.told.written() if verdict.told else None,
    }


def _due(now: datetime, replies_only: bool, of: ColumnElement[bool]) -> Any:
    due = select(messages.c.id).where(state_is("queued"), messages.c.not_before_at <= now, of)
    return due.where(messages.c.priority == 0) if replies_only else due
