"""The change feed: everything that the gateway learns, in the order in which it is told."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.changes.feed import (
    BEGIN,
    LostError,
    Place,
    Wanted,
    check_kept,
    newest,
    oldest_at,
    read,
)
from gateway.changes.telling import Change, body
from gateway.core.learnt import Learnt
from gateway.core.texts import _

_Position = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
FROM_NOW = "now"
NO_SUCH_KIND = _("There is no such kind of change: %(kind)s.")
WENT_BACK = _(
    "The database was restored to an earlier state since you were given this cursor, and what was "
    "learnt meanwhile is gone. Begin again without a cursor."
)
TOO_OLD = _(
    "What followed this cursor is older than what is kept. Begin again without a cursor, and "
    "compare what you have."
)
_LOST = {"restored": WENT_BACK, "forgotten": TOO_OLD}


class ChangePage(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest first. `next`: the `after` of the next request, also where nothing follows yet.
    `more`: there is something to ask for at once. `oldest_at`: when the oldest that is kept was
    learnt."""

    items: list[Change]
    next: str
    more: bool
    oldest_at: datetime | None


class ChangeQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`after`: a cursor, or `now`; without it the oldest that is kept comes first. `kinds`: with
    commas between them."""

    after: str | None = None
    limit: Limit = 100
    kinds: str | None = None


def _list(call: Call) -> Answer:
    query: ChangeQuery = call.query
    kinds = _kinds(call, query.kinds)
    with call.database.reading() as connection:
        oldest = oldest_at(connection)
        if query.after == FROM_NOW:
            here = cursor_of(newest(connection))
            page = ChangePage(items=[], next=here, more=False, oldest_at=oldest)
            return Answer(body=page)
        after = _place(query.after)
        wanted = Wanted(
            after=after, kinds=kinds, district_id=call.key.district_id, at_most=query.limit
        )
        try:
            check_kept(connection, after, timedelta(days=call.settings.retention_days), call.now)
            found = read(connection, wanted)
        except LostError as error:
            raise ProblemError("gone", _LOST[error.why]) from None
        items = body(connection, found.rows, call.key.scopes)
    page = ChangePage(
        items=items, next=cursor_of(found.next), more=found.more, oldest_at=oldest
    )  # fmt: skip
    return Answer(body=page)


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return BEGIN
    position, change_id = position_of(cursor, tuple[_Position, UUID])
    return position, change_id


def _kinds(call: Call, given: str | None) -> list[Learnt] | None:
    if given is None:
        return None
    names = given.split(",")
    known = {kind.value for kind in Learnt}
    for name in names:
        if name not in known:
            raise call.fault("kinds", NO_SUCH_KIND, value=name, kind=name)
    return [Learnt(name) for name in names]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="listChanges", method="GET", path="/changes", handle=_list,
        summary="What the gateway has learnt since",
        description="Ask again with `next` whenever you like: nothing is missed, and nothing comes "
        "twice. Kinds and their data: docs/reference/changes.md.",
        scope=("changes", "read"), gives=ChangePage, query=ChangeQuery,
        problems=("bad_request", "unprocessable", "gone"),
    ),
)  # fmt: skip
