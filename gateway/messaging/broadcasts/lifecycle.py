"""A broadcast's life: draft <-> submitted -> approved -> scheduled | running <-> paused -> done.

It may be cancelled at any time before it is done. Its texts and audience are fixed while it is
submitted, and for good once a second person has approved them. What a state means for
messages already queued is looked up when they are claimed, so it holds within one batch.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, null, select, update
from uuid_utils.compat import uuid7

from gateway.core.lao_text import is_blank
from gateway.core.open_words import tells_too_much
from gateway.core.quiet_hours import SendingHours
from gateway.core.segments import segment
from gateway.messaging.audience import Audience, matching
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.placeholders import placeholder_in
from gateway.messaging.broadcasts.windows import Window, check_start, is_over, window_from
from gateway.messaging.ledger import state_is, together
from gateway.messaging.restored.holding import stands
from gateway.messaging.tables import broadcasts, messages
from gateway.messaging.wordings import fit
from gateway.staff.authors import Author, Kept, with_author

BroadcastState = Literal[
    "draft", "submitted", "approved", "scheduled", "running", "paused", "done", "cancelled"
]
LONGEST_NAME = 120
MOST_SEGMENTS = 4  # of one text
LONGEST_REASON = 500
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


def create_broadcast(
    connection: Connection,
    *,
    name: str,
    texts: Mapping[str, str],
    audience: Audience,
    author: Author,
    default_locale: str,
    now: datetime,
    district_id: int | None = None,
) -> UUID:
    """A draft; raises BroadcastError (no text in `default_locale`, a placeholder in one) or
    UnknownAudienceError.

    `district_id` is the one that whoever writes it is confined to.
    """
    broadcast_id: UUID = uuid7()
    connection.execute(
        insert(broadcasts).values(
            id=broadcast_id,
            state="draft",
            created_by=author.name,
            authors=[author.plain()],
            revision=1,
            district_id=district_id,
            created_at=now,
            **_content(name, texts, audience, default_locale),
            updated_at=now,
        )
    )
    return broadcast_id


def add_authors(connection: Connection, broadcast_id: UUID, authors: Iterable[Author]) -> None:
    """They wrote in it too: those in whose hands the key of a system is that did."""
    kept: Kept = locked(connection, broadcast_id).authors
    for one in authors:
        kept = with_author(kept, one)
    connection.execute(
        update(broadcasts).where(broadcasts.c.id == broadcast_id).values(authors=kept)
    )


def edit_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    name: str,
    texts: Mapping[str, str],
    audience: Audience,
    default_locale: str,
    now: datetime,
    by: Author,
) -> None:
    """Changes a draft; raises as `create_broadcast`, and BroadcastError once it is no draft.

    `by` is one of its authors from now on, beside those who wrote before. Who saves it as it was
    has written nothing.
    """
    content = _content(name, texts, audience, default_locale)
    row = locked(connection, broadcast_id)
    if all(getattr(row, key) == value for key, value in content.items()):
        change_state(connection, broadcast_id, "edit", now)
        return
    change_state(
        connection, broadcast_id, "edit", now,
        preview=null(), revision=row.revision + 1, authors=with_author(row.authors, by), **content,
    )  # fmt: skip


def submit_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    start_at: datetime | None,
    by: Author,
    now: datetime,
    hours: SendingHours,
) -> None:
    """Asks for approval. It is to start at `start_at`; None: as soon as it is approved.

    Raises BroadcastError for a time that has passed. Who says when it goes is one of its authors.
    """
    if start_at is not None:
        check_start(start_at, now=now, hours=hours)
    authors: Kept = locked(connection, broadcast_id).authors
    change_state(
        connection, broadcast_id, "submit", now,
        state="submitted", submitted_at=now, start_at=start_at, approved_recipients=None,
        sent_back_reason=None, sent_back_by=None,
        authors=with_author(authors, by),
    )  # fmt: skip


def withdraw_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> None:
    """A draft again: its author takes it back."""
    change_state(connection, broadcast_id, "withdraw", now, state="draft", submitted_at=None)


def send_back_broadcast(
    connection: Connection, broadcast_id: UUID, *, reason: str, by: Author, now: datetime
) -> None:
    """A draft again: who was to approve it does not, for a reason that its authors read.

    Raises BroadcastError without one.
    """
    if is_blank(reason):
        raise BroadcastError("no_reason")
    change_state(
        connection, broadcast_id, "withdraw", now,
        state="draft", submitted_at=None, sent_back_by=by.name,
        sent_back_reason=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip


def start_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    now: datetime,
    hours: SendingHours,
    start_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Starts it, or schedules it for `start_at`; True where it is to be expanded at once.

    Without `start_at` it starts when its author asked for, or now where that has passed. After
    `expires_at` (three days on which something may go out) what was not sent is not sent any more.
    Raises BroadcastError where no minute between the two is allowed.
    """
    _check_not_held(connection)
    if start_at is not None:
        check_start(start_at, now=now, hours=hours)
    asked = start_at or read_broadcast(connection, broadcast_id).start_at
    window = window_from(max(asked or now, now), expires_at, hours=hours)
    state: BroadcastState = "scheduled" if window.starts_at > now else "running"
    change_state(
        connection, broadcast_id, "start", now,
        state=state, start_at=window.starts_at, expires_at=window.ends_at,
    )  # fmt: skip
    return state == "running"


def pause_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> int:
    """Nothing more of it is handed to an operator; how many may still go out all the same.

    What a worker holds and has not begun to send goes back to the queue; what it is sending right
    now cannot be called back.
    """
    change_state(connection, broadcast_id, "pause", now, state="paused")
    _take_back(connection, broadcast_id, now)
    return _under_way(connection, broadcast_id)


def resume_broadcast(
    connection: Connection,
    broadcast_id: UUID,
    *,
    now: datetime,
    hours: SendingHours,
    expires_at: datetime | None = None,
) -> bool:
    """Goes on where it was, until `expires_at` where that is given; True where it is to be
    expanded at once.

    Raises BroadcastError where its end leaves no allowed minute and no new one is given.
    """
    _check_not_held(connection)
    row = locked(connection, broadcast_id)
    starts_at = max(row.start_at or now, now)
    window = _resumed(row, starts_at, expires_at, hours)
    state: BroadcastState = "scheduled" if window.starts_at > now else "running"
    change_state(connection, broadcast_id, "resume", now, state=state, expires_at=window.ends_at)
    mine = (messages.c.broadcast_id == broadcast_id) & state_is("queued")
    for locale in connection.execute(select(messages.c.locale).where(mine).distinct()).scalars():
        at = together(window.starts_at, alike(broadcast_id, locale), now=now)
        connection.execute(
            update(messages)
            .where(mine, messages.c.locale == locale)
            .values(not_before_at=at, expires_at=window.ends_at, updated_at=now)
        )
    return state == "running"


def _check_not_held(connection: Connection) -> None:
    if stands(connection, "broadcast"):
        raise BroadcastError("restored")


def _resumed(
    row: Row[*tuple[Any, ...]],
    starts_at: datetime,
    expires_at: datetime | None,
    hours: SendingHours,
) -> Window:
    if row.state not in MAY["resume"]:
        raise BroadcastError("state", state=row.state, verb="resume")
    if expires_at is None and row.expires_at is not None:
        if is_over(starts_at, row.expires_at, hours=hours):
            raise BroadcastError("over", end=row.expires_at.astimezone(hours.zone))
        return Window(starts_at, row.expires_at)
    return window_from(starts_at, expires_at, hours=hours)


def cancel_broadcast(connection: Connection, broadcast_id: UUID, *, now: datetime) -> int:
    """Ends it; how many messages are not sent. Those that are being sent right now are."""
    change_state(connection, broadcast_id, "cancel", now, state="cancelled")
    _take_back(connection, broadcast_id, now)
    return connection.execute(
        update(messages)
        .where(messages.c.broadcast_id == broadcast_id, state_is("queued"))
        .values(state="cancelled", reason="broadcast_cancelled", updated_at=now)
    ).rowcount


def _take_back(connection: Connection, broadcast_id: UUID, now: datetime) -> None:
    """What is claimed and not yet being sent: its worker finds that it holds it no more.

    A row that a worker is just marking is left to it: waiting for it could be waiting for each
    other.
    """
    held = (
        select(messages.c.id)
        .where(messages.c.broadcast_id == broadcast_id, state_is("claimed"))
        .with_for_update(skip_locked=True)
    )
    connection.execute(
        update(messages)
        .where(messages.c.id.in_(held))
        .values(state="queued", claim_id=None, lease_until_at=None, updated_at=now)
    )


def _under_way(connection: Connection, broadcast_id: UUID) -> int:
    mine = (messages.c.broadcast_id == broadcast_id) & state_is("claimed", "sending")
    return connection.execute(select(func.count()).select_from(messages).where(mine)).scalar_one()


def alike(broadcast_id: UUID, locale: str) -> str:
    """What messages of it have in common that read the same; see `ledger.together`."""
    return f"{broadcast_id}:{locale}"


def read_broadcast(connection: Connection, broadcast_id: UUID) -> Row[*tuple[Any, ...]]:
    """Its row; raises BroadcastError where there is none."""
    row = connection.execute(
        select(broadcasts).where(broadcasts.c.id == broadcast_id)
    ).one_or_none()
    if row is None:
        raise BroadcastError("no_such")
    return row


def locked(connection: Connection, broadcast_id: UUID) -> Row[*tuple[Any, ...]]:
    """The same, and nobody else's until the end of the transaction."""
    wanted = select(broadcasts.c.id).where(broadcasts.c.id == broadcast_id)
    connection.execute(wanted.with_for_update())
    return read_broadcast(connection, broadcast_id)


def results_of(connection: Connection, broadcast_id: UUID) -> dict[tuple[str, str | None], int]:
    """How many messages by state and reason."""
    rows = connection.execute(
        select(messages.c.state, messages.c.reason, func.count())
        .where(messages.c.broadcast_id == broadcast_id)
        .group_by(messages.c.state, messages.c.reason)
    )
    return {(state, reason): count for state, reason, count in rows}


def start_scheduled(connection: Connection, *, now: datetime) -> list[UUID]:
    """Starts what is due, unless a restore holds it; the ids of those that are running and not yet
    expanded to the end.
    """
    if not stands(connection, "broadcast"):
        connection.execute(
            update(broadcasts)
            .where(broadcasts.c.state == "scheduled", broadcasts.c.start_at <= now)
            .values(state="running", updated_at=now)
        )
    return unexpanded(connection)


def unexpanded(connection: Connection) -> list[UUID]:
    """Those that are running and not yet expanded to the end."""
    open_ones = (broadcasts.c.state == "running") & broadcasts.c.recipients.is_(None)
    return list(connection.execute(select(broadcasts.c.id).where(open_ones)).scalars())


def uncounted(connection: Connection) -> list[UUID]:
    """Those that wait for an approval which waits for their count: its job was lost, or is slow."""
    waiting = (broadcasts.c.state == "submitted") & broadcasts.c.preview.is_(null())
    return list(connection.execute(select(broadcasts.c.id).where(waiting)).scalars())


def finish_broadcasts(connection: Connection, *, now: datetime) -> int:
    """Closes those of which nothing is left to send, nor set aside by a restore; how many."""
    if stands(connection, "broadcast"):
        return 0
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
    kept = {locale: text.strip() for locale, text in texts.items() if not is_blank(text)}
    if default_locale not in kept:
        raise BroadcastError("no_text", locale=default_locale)
    if is_blank(name) or len(name.strip()) > LONGEST_NAME:
        raise BroadcastError("no_name", most=LONGEST_NAME)
    for locale, text in kept.items():
        count = segment(fit(text, locale)).count
        if count > MOST_SEGMENTS:
            raise BroadcastError(
                "too_many_segments", locale=locale, count=count, most=MOST_SEGMENTS
            )
        found = placeholder_in(text)
        if found is not None:
            raise BroadcastError("placeholder", found=found)
        fault = tells_too_much(text)
        if fault is not None:
            raise BroadcastError(fault[0], word=fault[1])
    matching(audience)
    chosen = {key: list(values) for key, values in audience.items()}
    return {"name": name.strip(), "texts": kept, "audience": chosen}


def change_state(
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
        raise BroadcastError("state", state=state, verb=verb)
