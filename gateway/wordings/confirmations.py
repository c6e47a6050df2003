"""Who has read a text and found it right, in which capacity. A text that changes is unread again.

A confirmation is of a wording, not of a place: it holds wherever that wording stands again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.staff.audit import Actor
from gateway.wordings.faults import WordingError
from gateway.wordings.ground import Ground
from gateway.wordings.journal import log
from gateway.wordings.keys import TextId, of_text, text_hash, text_of
from gateway.wordings.kinds import Capacity
from gateway.wordings.tables import wording_confirmations

_table = wording_confirmations.c


@dataclass(frozen=True)
class Confirmation:
    id: UUID
    capacity: Capacity
    by: str
    at: datetime


@dataclass(frozen=True)
class Figure:
    """`confirmed` of `texts` of one language."""

    locale: str
    confirmed: int
    texts: int


def confirm(
    connection: Connection,
    ground: Ground,
    text: TextId,
    wording: str,
    capacity: Capacity,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """`actor` has read `wording`, which stands there, and it is right. Said twice is said once.

    Refused: no_such_text, and changed where another wording stands there meanwhile.
    """
    standing = ground.standing(text)
    if standing is None:
        raise WordingError("no_such_text")
    if standing != wording:
        raise WordingError("changed")
    row = {
        "id": uuid7(),
        **text.columns(),
        "text_hash": text_hash(wording),
        "capacity": capacity,
        "confirmed_by": actor.name,
        "staff_id": actor.staff.id if actor.staff else None,
        "confirmed_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(wording_confirmations).values(row))
    except IntegrityError:
        return
    log(connection, actor, "text.confirm", text, now=now, capacity=(None, capacity))


def take_back(
    connection: Connection, text: TextId, capacity: Capacity, *, actor: Actor, now: datetime
) -> int:
    """`actor` takes back what they have confirmed of this text in this capacity; how many."""
    mine = update(wording_confirmations).where(
        of_text(wording_confirmations, text),
        _table.capacity == capacity,
        _table.confirmed_by == actor.name,
        _table.taken_back_at.is_(None),
    )
    count = connection.execute(mine.values(taken_back_at=now)).rowcount
    if count:
        log(connection, actor, "text.unconfirm", text, now=now, capacity=(capacity, None))
    return count


def confirmations(connection: Connection, ground: Ground) -> Mapping[TextId, list[Confirmation]]:
    """Those that are of what stands now, the oldest first; texts without one are left out."""
    found: dict[TextId, list[Confirmation]] = {}
    for text, confirmation in _standing(connection, ground):
        found.setdefault(text, []).append(confirmation)
    return found


def figures(connection: Connection, ground: Ground) -> list[Figure]:
    """How many of the handset's texts somebody has confirmed as they stand, by language."""
    confirmed = Counter(text.locale for text in confirmations(connection, ground))
    return [Figure(locale, confirmed[locale], texts) for locale, texts in ground.counts().items()]


def _standing(connection: Connection, ground: Ground) -> Iterable[tuple[TextId, Confirmation]]:
    rows = select(wording_confirmations).where(_table.taken_back_at.is_(None)).order_by(_table.id)
    for row in connection.execute(rows):
        text = text_of(row)
        standing = ground.standing(text)
        if standing is not None and text_hash(standing) == row.text_hash:
            yield text, _confirmation(row)


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(row.id, row.capacity, row.confirmed_by, row.confirmed_at)
