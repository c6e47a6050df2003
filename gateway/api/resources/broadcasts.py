"""Broadcasts: a system drafts one, sees what it would do and submits it; people approve it."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection

from gateway.api.messaging.authors import authors_of
from gateway.api.messaging.broadcasts import Broadcast, Draft, Submission, told
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.messaging.audience import Audience, UnknownAudienceError, audience_of
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.lifecycle import (
    add_authors,
    create_broadcast,
    locked,
    read_broadcast,
    submit_broadcast,
)
from gateway.messaging.wakeups import Wakeups
from gateway.staff.audit import record

NO_TEAM = _("A broadcast goes to everybody whom it is for: a team's key writes none.")
OTHER_DISTRICT = _("The key is for one district: a broadcast of its goes nowhere else.")
# The field that a fault is about; of any other the whole broadcast.
_FIELDS = {
    "no_text": "texts", "placeholder": "texts", "tells_amount": "texts", "tells_health": "texts",
    "too_many_segments": "texts", "no_name": "name", "in_the_past": "start_at",
    "too_far": "start_at",
}  # fmt: skip


def _written(call: Call, write: Callable[[Connection], Answer]) -> Answer:
    """`write` in a transaction of its own, of which nothing stays for a test's key; faults of
    broadcasts as problems."""
    if call.key.kind == "team":
        raise ProblemError("forbidden", NO_TEAM)
    try:
        with call.database.writing() as connection:
            savepoint = connection.begin_nested()
            answer = write(connection)
            if call.key.kind == "test":
                savepoint.rollback()
            call.remember(connection, answer)
            return answer
    except BroadcastError as error:
        if error.fault == "no_such":
            raise ProblemError("not_found") from None
        raise call.fault(_FIELDS.get(error.fault, ""), "%(said)s", said=error) from None
    except UnknownAudienceError as error:
        raise call.fault("audience", "%(said)s", said=error) from None


def _post(call: Call) -> Answer:
    draft: Draft = call.body

    def write(connection: Connection) -> Answer:
        authors = authors_of(connection, call.key)
        broadcast_id = create_broadcast(
            connection, name=draft.name, texts=cast("dict[str, str]", draft.texts),
            audience=_audience(connection, call), author=authors[0],
            default_locale=call.settings.default_locale, now=call.now,
            district_id=call.key.district_id,
        )  # fmt: skip
        add_authors(connection, broadcast_id, authors)
        _note(connection, call, "broadcast.new", broadcast_id)
        return _told(connection, call, broadcast_id, 201)

    answer = _written(call, write)
    _count(call, answer.body.id)
    return answer


def _audience(connection: Connection, call: Call) -> Audience:
    """With its places as ids; a key of a district names no other."""
    draft: Draft = call.body
    wanted = dict(audience_of(connection, structs.asdict(draft.audience)))
    mine = call.key.district_id
    if mine is not None:
        if any(one != mine for one in wanted.get("district", ())):
            raise call.fault("audience", OTHER_DISTRICT)
        wanted["district"] = [mine]
    return wanted


def _submit(call: Call) -> Answer:
    wanted: Submission = call.body
    broadcast_id = _id(call)

    def write(connection: Connection) -> Answer:
        _check_own(call, locked(connection, broadcast_id).district_id)
        authors = authors_of(connection, call.key)
        submit_broadcast(
            connection, broadcast_id, start_at=wanted.start_at, by=authors[0], now=call.now,
            hours=call.dependencies.hours,
        )  # fmt: skip
        add_authors(connection, broadcast_id, authors)
        _note(connection, call, "broadcast.submit", broadcast_id)
        return _told(connection, call, broadcast_id, 200)

    answer = _written(call, write)
    _count(call, broadcast_id)
    return answer


def _get(call: Call) -> Answer:
    broadcast_id = _id(call)
    try:
        with call.database.reading() as connection:
            return _told(connection, call, broadcast_id, 200)
    except BroadcastError:
        raise ProblemError("not_found") from None


def _preview(call: Call) -> Answer:
    """Counted anew by a worker; GET tells it."""
    answer = _get(call)
    _count(call, answer.body.id)
    return Answer(body=answer.body, status=202)


def _id(call: Call) -> UUID:
    try:
        return UUID(call.path["id"])
    except ValueError:
        raise ProblemError("not_found") from None


def _told(connection: Connection, call: Call, broadcast_id: UUID, status: int) -> Answer:
    row = read_broadcast(connection, broadcast_id)
    _check_own(call, row.district_id)
    return Answer(body=told(connection, row), status=status)


def _check_own(call: Call, district_id: int | None) -> None:
    """A key of a district sees what was written for it alone."""
    if call.key.district_id not in {None, district_id}:
        raise ProblemError("not_found")


def _count(call: Call, broadcast_id: UUID) -> None:
    if call.key.kind != "test":
        Wakeups(call.dependencies.redis).preview_broadcast(broadcast_id)


def _note(connection: Connection, call: Call, action: str, broadcast_id: UUID) -> None:
    record(
        connection, call.actor, action, now=call.now, kind="broadcast", object_id=broadcast_id,
        district_id=call.key.district_id,
    )  # fmt: skip


OPERATIONS = (
    Operation(
        name="draftBroadcast", method="POST", path="/broadcasts", handle=_post,
        scope=("broadcasts", "write"), summary="A draft; its recipients are counted at once",
        takes=Draft, gives=Broadcast, status=201,
    ),
    Operation(
        name="getBroadcast", method="GET", path="/broadcasts/{id}", handle=_get,
        scope=("broadcasts", "read"), summary="A broadcast, what it would do and what it did",
        gives=Broadcast,
    ),
    Operation(
        name="previewBroadcast", method="POST", path="/broadcasts/{id}/preview", handle=_preview,
        scope=("broadcasts", "write"), summary="Has its recipients counted anew",
        gives=Broadcast, status=202, repeats_safely=True,
    ),
    Operation(
        name="submitBroadcast", method="POST", path="/broadcasts/{id}/submit", handle=_submit,
        scope=("broadcasts", "write"), summary="Asks people to approve it",
        description="Whoever made the key cannot approve what it wrote.",
        takes=Submission, gives=Broadcast,
    ),
)  # fmt: skip
