"""A broadcast's life: draft <-> submitted -> approved -> scheduled | running <-> paused -> done.

It may be cancelled at any time before it is done. Its texts and audience are fixed while it is
submitted, and for good once a second person has approved them. What a state means for
messages already queued is looked up when they are claimed, so it holds within one batch.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.messaging.audience import Audience, matching
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import broadcasts, messages

State = Literal[
    "draft", "submitted", "approved", "scheduled", "running", "paused", "done", "cancelled"
]
VALID_FOR = timedelta(days=3)
LONGEST_NAME = 120
# From which states a verb may be said.
MAY: dict[str, frozenset[str]] = {
    "edit": frozenset({"draft"}),
    "submit": frozenset({"draft"}),
    "withdraw": frozenset({"submitted"}),
    "approve": frozenset({"draft", "submitted"}),
    "start": frozenset({"approved"}),
    "pause": frozenset({"scheduled", "running"}),
    "resume": frozenset({"paused"}),
    "cancel": frozenset({"draft", "submitted", "approved", "scheduled", "running", "paused"}),
}


class BroadcastError(ValueError):
    """What was asked is not possible now; the sentence says why."""


def create_broadcast(
    connection: Connection,
    *,
    name: str,
    texts: Mapping[str, str],
    audience: Audience,
    created_by: str,
    default_locale: str,
    now: datetime,
    district_id: int | None = None,
) -> UUID:
    """A draft; raises BroadcastError (no text in `default_locale`) or UnknownAudienceError.

    `district_id` is the one that whoever writes it is confined to.
    """
    broadcast_id: UUID = uuid7()
    connection.execute(
        insert(broadcasts).values(
            id=broadcast_id,
            state="draft",
            created_by=created_by,
            district_id=district_id,
            created_at=now,
            **_content(name, texts, audience, default_locale),
            updated_at=now,
        )
    )
    return broadcast_id


def edit_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    name: str,
    texts: Mapping[str, str],
    audience: Audience,
    default_locale: str,
    now: datetime,
    by: str | None = None,
) -> None:
    """Changes a draft; raises as `create_broadcast`, and BroadcastError once it is no draft.

    With `by` it is theirs from now on: whoever wrote the last word does not approve it.
    """
    content = _content(name, texts, audience, default_locale)
    author = {"created_by": by} if by else {}
    _change(connection, broadcast_id, "edit", now, preview=None, **content, **author)


def submit_broadcast(
    connection: Connection, broadcast_id: UUID, *, start_at: datetime | None, now: datetime
) -> None:
    """Asks for approval. It is to start at `start_at`; None: as soon as it is approved."""
    _change(
        connection, broadcast_id, "submit", now,
        state="submitted", submitted_at=now, start_at=start_at,
    )  # fmt: skip


def withdraw_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> None:
    """A draft again: its author takes it back, or the approver sends it back."""
    _change(connection, broadcast_id, "withdraw", now, state="draft", submitted_at=None)


def approve_broadcast(
    connection: Connection, broadcast_id: UUID, *, by: str, now: datetime
) -> None:
    """A second person agrees; `by` has signed in and may approve. Nobody approves their own."""
    if read_broadcast(connection, broadcast_id).created_by.casefold() == by.casefold():
        raise BroadcastError("a second person has to approve it")
    _change(connection, broadcast_id, "approve", now, state="approved", approved_by=by)


def start_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    now: datetime,
    start_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Starts it, or schedules it for `start_at`; True where it is to be expanded at once.

    After `expires_at` (three days from the start on) what was not sent is not sent any more.
    """
    begins_at = max(start_at or now, now)
    ends_at = expires_at or begins_at + VALID_FOR
    if ends_at <= begins_at:
        raise BroadcastError("it would end before it starts")
    state: State = "scheduled" if begins_at > now else "running"
    _change(
        connection, broadcast_id, "start", now,
        state=state, start_at=begins_at, expires_at=ends_at,
    )  # fmt: skip
    return state == "running"


def pause_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> None:
    """Nothing of it is sent from the next batch on."""
    _change(connection, broadcast_id, "pause", now, state="paused")


def resume_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> bool:
    """Goes on where it was; True where it is to be expanded at once."""
    start_at = read_broadcast(connection, broadcast_id).start_at or now
    state: State = "scheduled" if start_at > now else "running"
    _change(connection, broadcast_id, "resume", now, state=state)
    connection.execute(
        update(messages)
        .where(messages.c.broadcast_id == broadcast_id, state_is("queued"))
        .values(not_before_at=max(start_at, now), updated_at=now)
    )
    return state == "running"


def cancel_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> int:
    """Ends it; how many messages are not sent. Those of a batch under way are."""
    _change(connection, broadcast_id, "cancel", now, state="cancelled")
    return connection.execute(
        update(messages)
        .where(messages.c.broadcast_id == broadcast_id, state_is("queued"))
        .values(state="cancelled", reason="broadcast_cancelled", updated_at=now)
    ).rowcount


def read_broadcast(connection: Connection, broadcast_id: UUID) -> Row[*tuple[Any, ...]]:
    """Its row; raises BroadcastError where there is none."""
    row = connection.execute(
        select(broadcasts).where(broadcasts.c.id == broadcast_id)
    ).one_or_none()
    if row is None:
        raise BroadcastError("there is no such broadcast")
    return row


def results_of(connection: Connection, broadcast_id: UUID) -> dict[tuple[str, str | None], int]:
    """How many messages by state and reason."""
    rows = connection.execute(
        select(messages.c.state, messages.c.reason, func.count())
        .where(messages.c.broadcast_id == broadcast_id)
        .group_by(messages.c.state, messages.c.reason)
    )
    return {(state, reason): count for state, reason, count in rows}


def start_scheduled(connection: Connection, *, now: datetime) -> list[UUID]:
    """Starts what is due; the ids of those that are running and not yet expanded to the end."""
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.state == "scheduled", broadcasts.c.start_at <= now)
        .values(state="running", updated_at=now)
    )
    open_ones = (broadcasts.c.state == "running") & broadcasts.c.recipients.is_(None)
    return list(connection.execute(select(broadcasts.c.id).where(open_ones)).scalars())


def finish_broadcasts(connection: Connection, *, now: datetime) -> int:
    """Closes those of which nothing is left to send; how many."""
    left = select(messages.c.id).where(
        messages.c.broadcast_id == broadcasts.c.id, state_is("queued", "claimed", "sending")
    )
    return connection.execute(
        update(broadcasts)
        .where(
            broadcasts.c.state == "running", broadcasts.c.recipients.is_not(None), ~left.exists()
        )
        .values(state="done", updated_at=now)
    ).rowcount


def _content(
    name: str, texts: Mapping[str, str], audience: Audience, default_locale: str
) -> dict[str, Any]:
    kept = {locale: text.strip() for locale, text in texts.items() if text.strip()}
    if default_locale not in kept:
        raise BroadcastError(f"the text in {default_locale} is missing")
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise BroadcastError(f"it needs a name of at most {LONGEST_NAME} letters")
    matching(audience)
    chosen = {key: list(values) for key, values in audience.items()}
    return {"name": name.strip(), "texts": kept, "audience": chosen}


def _change(
    connection: Connection, broadcast_id: UUID, verb: str, now: datetime, **values: Any
) -> None:
    """Does `verb` if the state allows it at this very moment; raises BroadcastError."""
    changed = connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(MAY[verb]))
        .values(updated_at=now, **values)
    )
    if not changed.rowcount:
        state = read_broadcast(connection, broadcast_id).state
        raise BroadcastError(f"a broadcast that is {state} cannot be told to {verb}")
