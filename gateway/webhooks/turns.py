"""Whose turn it is: an endpoint is taken by one worker at a time, and its deliveries by none else.

A worker that is killed is missed when its lease is over; what it was about to send still waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, update
from uuid_utils.compat import uuid7

from gateway.webhooks.calling import Answer
from gateway.webhooks.pacing import is_slowed, next_try, pause
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints

LEASE = timedelta(seconds=60)
_E, _D = webhook_endpoints.c, webhook_deliveries.c


@dataclass(frozen=True, slots=True)
class Turn:
    """An endpoint as it was taken; `row` is of `webhook_endpoints`."""

    claim_id: UUID
    row: Row[Any]


def take(connection: Connection, *, now: datetime) -> Turn | None:
    """The endpoint that has waited longest of those that may be called now."""
    first = select(func.min(_D.next_at)).where(*_due(now), _D.endpoint_id == _E.id)
    waiting = first.scalar_subquery()
    found = connection.execute(
        select(_E.id)
        .where(_is_free(now), waiting.is_not(None))
        .order_by(waiting)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar()
    if found is None:
        return None
    claim_id = uuid7()
    taken = connection.execute(
        update(webhook_endpoints)
        .where(_E.id == found)
        .values(claim_id=claim_id, lease_until_at=now + LEASE)
        .returning(webhook_endpoints)
    ).one()
    return Turn(claim_id, taken)


def is_any_due(connection: Connection, *, now: datetime) -> bool:
    """Whether a worker would find something to send."""
    due = select(_D.id).where(*_due(now), _D.endpoint_id == _E.id)
    return bool(connection.execute(select(_E.id).where(_is_free(now), due.exists())).first())


def next_due(connection: Connection, turn: Turn, *, now: datetime) -> Row[Any] | None:
    """What is to be sent next; None where nothing is due, or the endpoint is not this turn's."""
    if not _is_ours(connection, turn, now):
        return None
    mine = select(webhook_deliveries).where(*_due(now), _D.endpoint_id == turn.row.id)
    return connection.execute(mine.order_by(_D.next_at, _D.id).limit(1)).first()


def give_back(connection: Connection, turn: Turn) -> None:
    """Another may take the endpoint at once."""
    connection.execute(
        update(webhook_endpoints).where(_is_of(turn)).values(claim_id=None, lease_until_at=None)
    )


def end(connection: Connection, delivery: Row[Any], *, now: datetime) -> None:
    """There is nothing left to tell of it."""
    _settle(connection, delivery, now, state="ended")


def settle(
    connection: Connection,
    turn: Turn,
    delivery: Row[Any],
    answer: Answer,
    *,
    chance: float,
    now: datetime,
) -> None:
    """Writes down what the receiver said, of the delivery and of the endpoint."""
    if answer.fault is None:
        _succeeded(connection, turn, delivery, answer, now)
    else:
        _failed(connection, turn, delivery, answer, chance=chance, now=now)


def _succeeded(
    connection: Connection, turn: Turn, delivery: Row[Any], answer: Answer, now: datetime
) -> None:
    attempts = _D.attempts + 1
    values = {"fault": None, "status": answer.status, "attempts": attempts}
    _settle(connection, delivery, now, state="delivered", **values)
    failures = _failures(connection, turn)
    if is_slowed(failures):  # it is back: what waits for hours need not
        waiting = and_(_D.endpoint_id == turn.row.id, _D.state == "waiting", _D.next_at > now)
        connection.execute(update(webhook_deliveries).where(waiting).values(next_at=now))
    connection.execute(
        update(webhook_endpoints)
        .where(_is_of(turn))
        .values(
            failures=0,
            next_at=now,
            delivered=_E.delivered + 1,
            delivered_at=now,
            lease_until_at=now + LEASE,
        )
    )


def _failed(
    connection: Connection,
    turn: Turn,
    delivery: Row[Any],
    answer: Answer,
    *,
    chance: float,
    now: datetime,
) -> None:
    attempts = delivery.attempts + 1
    again_at = next_try(
        attempts, asked=answer.asked, chance=chance, now=now, give_up_at=delivery.give_up_at
    )
    _settle(
        connection,
        delivery,
        now,
        state="parked" if again_at is None else "waiting",
        attempts=attempts,
        next_at=again_at or now,
        fault=answer.fault,
        status=answer.status,
    )
    failures = _failures(connection, turn) + 1
    gone = answer.fault == "gone"
    connection.execute(
        update(webhook_endpoints)
        .where(_is_of(turn))
        .values(
            failures=failures,
            failed=_E.failed + 1,
            next_at=now + pause(failures, asked=answer.asked),
            failed_at=now,
            fault=answer.fault,
            status=answer.status,
            state=case((_E.state == "active", "paused" if gone else "active"), else_=_E.state),
            paused_why=case((_E.state == "active", "gone" if gone else None), else_=_E.paused_why),
        )
    )


def _settle(connection: Connection, delivery: Row[Any], now: datetime, **values: Any) -> None:
    """Only as it was read: one that was sent again by hand meanwhile stays so."""
    as_read = and_(
        _D.id == delivery.id,
        _D.state == "waiting",
        _D.next_at == delivery.next_at,
        _D.attempts == delivery.attempts,
    )
    changed = update(webhook_deliveries).where(as_read)
    connection.execute(changed.values(updated_at=now, **values))


def _failures(connection: Connection, turn: Turn) -> int:
    found = connection.execute(select(_E.failures).where(_is_of(turn))).scalar()
    return int(found or 0)


def _is_ours(connection: Connection, turn: Turn, now: datetime) -> bool:
    """Still taken, not paused, and not slowed meanwhile."""
    ours = (_is_of(turn), _E.state == "active", _E.next_at <= now, _E.lease_until_at > now)
    return connection.execute(select(_E.id).where(*ours)).first() is not None


def _is_of(turn: Turn) -> ColumnElement[bool]:
    return and_(_E.id == turn.row.id, _E.claim_id == turn.claim_id)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return and_(
        _E.state == "active",
        _E.next_at <= now,
        or_(_E.lease_until_at.is_(None), _E.lease_until_at <= now),
    )


def _due(now: datetime) -> Sequence[ColumnElement[bool]]:
    return (_D.state == "waiting", _D.next_at <= now)
