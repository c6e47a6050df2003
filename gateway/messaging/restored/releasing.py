"""A person says what becomes of what a restore has set aside, kind by kind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    update,
)  # fmt: skip
from sqlalchemy import String as Text

from gateway.core.consent import MessageCategory
from gateway.core.restores import Choice, HeldReason
from gateway.core.told import BETWEEN
from gateway.messaging.ledger import state_is
from gateway.messaging.restored.holding import (
    Restore,
    held_of,
    hold_due,
    newest_restore,
    resolve_alert,
)
from gateway.messaging.tables import broadcasts, messages, restores
from gateway.registry.bulk import one_of
from gateway.registry.database import UtcDateTime
from gateway.registry.tables import payments

EVERY: ColumnElement[bool] = true()
_A_SECOND = timedelta(seconds=1)


class ReleaseError(ValueError):
    """It cannot be released: there was no restore, or the kind is released."""


def release(
    connection: Connection, kind: MessageCategory, choice: Choice, *, now: datetime,
    sent_to: Collection[str] = (),
) -> int:  # fmt: skip
    """Releases a kind; how many messages the choice was about. Raises ReleaseError.

    What is for a number of `sent_to` counts as sent, whatever the choice: the operator's own list
    shows it. What is planned only later is left to staff then: the list is not kept.
    """
    connection.execute(select(restores.c.id).with_for_update())
    restore = newest_restore(connection)
    if restore is None:
        raise ReleaseError("the database was not restored")
    if kind not in restore.held:
        raise ReleaseError(f"{kind} was released before: {restore.choices[kind].value}")
    hold_due(connection, restore, now)
    if kind == "broadcast":
        _set_aside_halted(connection, restore, now)
    shown = _Decided(kind, Choice.AS_SENT, one_of(connection, messages.c.msisdn, sent_to))
    if sent_to:
        _apply(connection, restore, shown, now)
    moved = _apply(connection, restore, _Decided(kind, choice), now)
    if kind == "broadcast" and choice is not Choice.SEND:
        _end(connection, restore, now)
    choices = {**restore.choices, kind: Choice.TO_STAFF if sent_to else choice}
    connection.execute(
        update(restores)
        .where(restores.c.id == restore.id)
        .values(choices={name: one.value for name, one in choices.items()})
    )
    if len(restore.held) == 1:
        resolve_alert(connection, now)
    return moved


def release_broadcast(
    connection: Connection, broadcast_id: UUID, choice: Choice, *, now: datetime
) -> int:
    """Settles one broadcast before the others are released: what is not to be sent of it."""
    restore = newest_restore(connection)
    if restore is None or "broadcast" not in restore.held:
        raise ReleaseError("broadcasts are not held")
    if choice is Choice.SEND:
        raise ReleaseError("one broadcast alone cannot be sent: release the kind, and settle the "
                           "others before")  # fmt: skip
    mine = messages.c.broadcast_id == broadcast_id
    _set_aside_halted(connection, restore, now, mine)
    moved = _apply(connection, restore, _Decided("broadcast", choice, mine), now)
    _end(connection, restore, now, broadcasts.c.id == broadcast_id)
    return moved


def follow_choices(connection: Connection, now: datetime) -> int:
    """What was planned since and may have gone out too is set aside, and goes the way of its kind
    where that was released; how many. By the sweeper, as often as it likes.
    """
    restore = newest_restore(connection)
    if restore is None:
        return 0
    found = hold_due(connection, restore, now)
    for kind, choice in restore.choices.items() if found else ():
        _apply(connection, restore, _Decided(kind, choice), now)
    return found


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was decided of a kind; `which`: of its messages only these."""

    kind: MessageCategory
    choice: Choice
    which: ColumnElement[bool] = EVERY


def _apply(connection: Connection, restore: Restore, decided: _Decided, now: datetime) -> int:
    """Moves what is set aside; how many."""
    kind = decided.kind
    sent_at = func.coalesce(messages.c.sent_at, literal(restore.noticed_at, UtcDateTime()))
    values: dict[Choice, dict[str, Any]] = {
        Choice.AS_SENT: {
            "state": "accepted", "reason": HeldReason.AS_SENT.value, "sent_at": sent_at,
            "told": func.coalesce(messages.c.told, _as_planned()),
        },
        Choice.SEND: {
            "state": "queued", "reason": HeldReason.SEND.value, "sent_at": None,
            "not_before_at": _due_now(connection, max(now, restore.noticed_at + 4 * _A_SECOND)),
        },
        Choice.TO_STAFF: {
            "reason": HeldReason.TO_STAFF.value, "sent_at": sent_at,
            "claim_id": uuid5(restore.id, kind),  # settled together, as those of one call are
        },
    }  # fmt: skip
    return connection.execute(
        update(messages)
        .where(held_of(kind), decided.which)
        .values(updated_at=now, **values[decided.choice])
    ).rowcount


def _as_planned() -> ColumnElement[str | None]:
    """What a message about a payment has told, if it went out: its day and place as they stand."""
    day, place = cast(payments.c.due_on, Text), cast(payments.c.pay_point_id, Text)
    return (
        select(day + BETWEEN + place)
        .where(payments.c.id == messages.c.payment_id)
        .correlate(messages)
        .scalar_subquery()
    )


def _due_now(connection: Connection, now: datetime) -> ColumnElement[Any]:
    """This second, at the fraction they had: what reads the same stays together."""
    second = now.replace(microsecond=0) - _A_SECOND
    if connection.dialect.name == "sqlite":
        fraction = func.substr(type_coerce(messages.c.not_before_at, Text), 20)
        return type_coerce(literal(f"{second:%Y-%m-%d %H:%M:%S}") + fraction, UtcDateTime())
    begun = func.date_trunc("second", messages.c.not_before_at)
    return literal(second, UtcDateTime()) + (messages.c.not_before_at - begun)


def _set_aside_halted(
    connection: Connection,
    restore: Restore,
    now: datetime,
    which: ColumnElement[bool] = EVERY,
) -> None:
    """Of a broadcast that was there at the restore everything may have gone out, also what a pause
    has put off.
    """
    old = select(broadcasts.c.id).where(_begun_before(restore))
    mine = messages.c.broadcast_id.in_(old)
    connection.execute(
        update(messages)
        .where(state_is("queued"), mine, which)
        .values(state="unknown", reason=HeldReason.RESTORED.value, updated_at=now)
    )


def _end(
    connection: Connection,
    restore: Restore,
    now: datetime,
    which: ColumnElement[bool] = EVERY,
) -> None:
    """Nothing is left of them to send, nor to be expanded."""
    connection.execute(
        update(broadcasts).where(_begun_before(restore), which).values(state="done", updated_at=now)
    )


def _begun_before(restore: Restore) -> ColumnElement[bool]:
    """Those that may have gone out, if not at once: under way, or due since."""
    due = and_(broadcasts.c.state == "scheduled", broadcasts.c.start_at <= restore.noticed_at)
    return and_(
        broadcasts.c.created_at <= restore.noticed_at,
        or_(broadcasts.c.state.in_(("running", "paused")), due),
    )
