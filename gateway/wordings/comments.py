"""What readers say of a text without another wording of their own, until somebody has seen to it.

A comment is of a wording: under another one it is kept, and is nobody's work any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from uuid_utils.compat import uuid7

from gateway.staff.audit import Actor
from gateway.wordings.faults import WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.journal import log
from gateway.wordings.keys import TextId, of_text, text_hash, text_of
from gateway.wordings.kinds import Capacity
from gateway.wordings.tables import wording_comments

_table = wording_comments.c
LONGEST = 500  # characters


@dataclass(frozen=True, kw_only=True)
class Comment:
    """`open`: of the wording that stands, and not seen to yet."""

    id: UUID
    text: TextId
    said: str
    capacity: Capacity
    by: str
    at: datetime
    settled_by: str | None
    open: bool


def comment(
    connection: Connection,
    ground: Ground,
    text: TextId,
    said: str,
    capacity: Capacity,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """`actor` says it of the wording that stands there. False: it is kept already, of the same
    person. Refused: no_such_text.
    """
    standing = ground.standing(text)
    if standing is None:
        raise WordingError("no_such_text")
    said, read = said.strip()[:LONGEST], text_hash(standing)
    known = select(_table.id).where(
        of_text(wording_comments, text),
        _table.text_hash == read,
        _table.comment == said,
        _table.commented_by == actor.name,
    )
    if connection.execute(known).first():
        return False
    row = {
        "id": uuid7(),
        **text.columns(),
        "text_hash": read,
        "comment": said,
        "capacity": capacity,
        "commented_by": actor.name,
        "staff_id": actor.staff.id if actor.staff else None,
        "commented_at": now,
    }
    connection.execute(insert(wording_comments).values(row))
    log(connection, actor, "text.comment", text, now=now, comment=(None, said))
    return True


def settle(connection: Connection, comment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """`actor` has seen to it. Refused: changed where somebody has already, or there is none."""
    mine = _table.id == comment_id
    done = update(wording_comments).where(mine, _table.settled_at.is_(None))
    if not connection.execute(done.values(settled_at=now, settled_by=actor.name)).rowcount:
        raise WordingError("changed")
    row = connection.execute(select(wording_comments).where(mine)).one()
    log(connection, actor, "text.settle", text_of(row), now=now, comment=(row.comment, None))


def comments(connection: Connection, ground: Ground) -> Mapping[TextId, list[Comment]]:
    """Every one, the oldest first; texts without one are left out."""
    found: dict[TextId, list[Comment]] = {}
    for row in connection.execute(select(wording_comments).order_by(_table.id)):
        text = text_of(row)
        standing = ground.standing(text)
        stands = standing is not None and text_hash(standing) == row.text_hash
        found.setdefault(text, []).append(
            Comment(
                id=row.id,
                text=text,
                said=row.comment,
                capacity=row.capacity,
                by=row.commented_by,
                at=row.commented_at,
                settled_by=row.settled_by,
                open=stands and row.settled_at is None,
            )
        )
    return found
