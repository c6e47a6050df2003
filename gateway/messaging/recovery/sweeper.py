"""Puts right what workers, Redis and operators left behind; may run at any time, twice at once.

Recovery is the lease in the ledger, nothing else: no job and no worker is ever asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from gateway.core.learnt import OUTCOMES
from gateway.core.message_states import MessageState
from gateway.messaging.learnt import move_and_learn
from gateway.messaging.ledger import state_is
from gateway.messaging.receiving.allowance import resolve_alerts
from gateway.messaging.receiving.receipts import match_parked, settle_unknown
from gateway.messaging.restored.holding import never_held
from gateway.messaging.restored.releasing import follow_choices
from gateway.messaging.sending.claims import count_due
from gateway.messaging.sending.once_a_day import forget_days
from gateway.messaging.tables import broadcasts, messages, receipts
from gateway.registry.database import Database

SILENT_AFTER = timedelta(hours=72)
RESENT_CATEGORY = "payment"
MOST_WAKEUPS = 8


@dataclass(frozen=True, slots=True)
class Patience:
    """`unknown_wait` is for receipts of unknown messages, from providers in `reporting` only."""

    unknown_wait: timedelta
    reporting: frozenset[str]


# What cannot be taken back where `now` was wrong.
_TO_THE_END = frozenset({"resent", "silent", "expired", "days_forgotten"})


def sweep(
    database: Database, patience: Patience, *, now: datetime, to_the_end: bool = True
) -> dict[str, int]:
    """One round; how many rows each step moved, by the step's name.

    Not `to_the_end`: only what may be done while the moment is in doubt.
    """
    steps: dict[str, Callable[[Connection], int]] = {
        "claims_returned": lambda connection: return_claims(connection, now),
        "turned_unknown": lambda connection: turn_unknown(connection, now),
        "set_aside": lambda connection: follow_choices(connection, now),
        "matched": lambda connection: match_parked(connection, now=now),
        "settled": lambda connection: settle_unknown(connection, now=now),
        "resent": lambda connection: resend_unknown(connection, patience, now),
        "silent": lambda connection: close_silent(connection, now),
        "expired": lambda connection: expire_overdue(connection, now),
        "days_forgotten": lambda connection: forget_days(connection, now.date()),
        "alerts_over": lambda connection: resolve_alerts(connection, now),
    }
    counts = {}
    for name, step in steps.items():
        if name in _TO_THE_END and not to_the_end:
            continue
        with database.writing() as connection:
            counts[name] = step(connection)
    return counts


def wakeups_needed(connection: Connection, *, now: datetime, batch: int, workers: int) -> int:
    """How many workers there is something to do for."""
    at_most = batch * min(workers, MOST_WAKEUPS)
    due = count_due(connection, now=now, replies_only=False, at_most=at_most)
    return -(-due // batch)


def return_claims(connection: Connection, now: datetime) -> int:
    """A lease ran out before the call: certainly not sent."""
    overdue = state_is("claimed") & (messages.c.lease_until_at < now)
    return _move(connection, overdue, "queued", now, claim_id=None, lease_until_at=None)


def turn_unknown(connection: Connection, now: datetime) -> int:
    """A lease ran out during the call. The claim stays: its answer may still come."""
    overdue = state_is("sending") & (messages.c.lease_until_at < now)
    return _move(connection, overdue, "unknown", now, lease_until_at=None, reason="no_answer")


def resend_unknown(connection: Connection, patience: Patience, now: datetime) -> int:
    """A payment reminder nobody reported on was not sent: once more, and counted.

    Not where a parked receipt of the handset might be its own, nor after a restore, which has lost
    receipts: then staff decide.
    """
    parked = select(receipts.c.id).where(
        receipts.c.msisdn == messages.c.msisdn,
        receipts.c.received_at >= messages.c.sent_at,
        ~receipts.c.matched,
    )
    silent = (
        state_is("unknown")
        & (messages.c.category == RESENT_CATEGORY)
        & messages.c.provider.in_(patience.reporting)
        & (messages.c.resends == 0)
        & (messages.c.sent_at < now - patience.unknown_wait)
        & (messages.c.expires_at > now)
        & never_held()
        & ~parked.exists()
    )
    return _move(connection, silent, "queued", now, resends=1, claim_id=None, reason="no_receipt")


def close_silent(connection: Connection, now: datetime) -> int:
    """Accepted, and not a word for three days: it counts as not arrived."""
    silent = state_is("accepted") & (messages.c.sent_at < now - SILENT_AFTER)
    return _move(connection, silent, "expired", now, reason="no_receipt")


def expire_overdue(connection: Connection, now: datetime) -> int:
    """A message whose time has passed is not sent late.

    What is paused waits for its end to be set anew, or for being cancelled.
    """
    paused = select(broadcasts.c.id).where(broadcasts.c.state == "paused")
    waits = messages.c.broadcast_id.is_not(None) & messages.c.broadcast_id.in_(paused)
    overdue = state_is("queued") & (messages.c.expires_at <= now) & ~waits
    return _move(connection, overdue, "expired", now, reason="too_late")


def _move(
    connection: Connection,
    which: ColumnElement[bool],
    to: MessageState,
    now: datetime,
    **values: Any,
) -> int:
    """Rows that somebody else is about to change are left to them, and to the next round."""
    free = select(messages.c.id).where(which).with_for_update(skip_locked=True)
    moving = update(messages).where(messages.c.id.in_(free))
    moving = moving.values(state=to, updated_at=now, **values)
    if to in OUTCOMES:
        return move_and_learn(connection, moving, now=now)
    return connection.execute(moving).rowcount
