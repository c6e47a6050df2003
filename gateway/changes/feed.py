"""The feed, read page by page: whoever asks for what follows a place misses nothing behind it.

A place is a position and the id of the change that has it. Where a database is restored, positions
begin again where the backup ended, and other changes get those that were given since: a place whose
change is another one by now, or that was never given, is told so instead of being read on from.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.changes.numbering import last_position
from gateway.core.errors import GatewayError
from gateway.core.learnt import Learnt
from gateway.registry.learning import changes

Place = tuple[int, UUID]
BEGIN: Place = (0, UUID(int=0))
WINDOW = 50_000  # positions that one page looks through, however little of them it tells


class LostError(GatewayError):
    """What followed the place cannot be told any more. "restored": the database went back since,
    "forgotten": it is older than what is kept."""

    def __init__(self, why: Literal["restored", "forgotten"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """`kinds`, `district_id`: of these alone; None: of all."""

    after: Place = BEGIN
    kinds: Collection[Learnt] | None = None
    district_id: int | None = None
    at_most: int = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """`rows` of `changes`, oldest first; `next` the place to ask behind; `more`: at once."""

    rows: Sequence[Row[Any]]
    next: Place
    more: bool


def read(connection: Connection, wanted: Wanted) -> Page:
    """The page behind `wanted.after`. Raises LostError."""
    last = last_position(connection)
    _check(connection, wanted.after, last)
    begin = max(wanted.after[0], _first(connection) - 1)
    end = min(last, begin + WINDOW)
    here = [changes.c.position > begin, changes.c.position <= end]
    if wanted.kinds is not None:
        here.append(changes.c.kind.in_([kind.value for kind in wanted.kinds]))
    if wanted.district_id is not None:
        here.append(changes.c.district_id == wanted.district_id)
    found = select(changes).where(*here).order_by(changes.c.position).limit(wanted.at_most)
    rows = connection.execute(found).all()
    if len(rows) == wanted.at_most:
        place = (rows[-1].position, rows[-1].id)
        return Page(rows=rows, next=place, more=place[0] < last)
    return Page(rows=rows, next=_place_at(connection, end, wanted.after), more=end < last)


def newest(connection: Connection) -> Place:
    """The place behind everything that there is."""
    return _place_at(connection, last_position(connection), BEGIN)


def oldest_at(connection: Connection) -> datetime | None:
    """When the oldest change that is kept was learnt."""
    found = select(changes.c.at).where(changes.c.position.is_not(None))
    return connection.execute(found.order_by(changes.c.position).limit(1)).scalar_one_or_none()


def check_kept(connection: Connection, after: Place, kept: timedelta, now: datetime) -> None:
    """Raises LostError where what followed `after` may have gone with what is older than `kept`."""
    if after == BEGIN or not kept:
        return
    learnt_at = (after[1].int >> 80) / 1000  # seconds since 1970: it is a UUIDv7
    if learnt_at < (now - kept).timestamp() and _first(connection) > after[0] + 1:
        raise LostError("forgotten")


def _check(connection: Connection, after: Place, last: int) -> None:
    position, change_id = after
    if after == BEGIN:
        return
    there = select(changes.c.id).where(changes.c.position == position)
    found = connection.execute(there).scalar_one_or_none()
    # One that was erased, or is not kept any more, has left its position to nobody.
    if position > last or found not in {None, change_id}:
        raise LostError("restored")


def _first(connection: Connection) -> int:
    """The first position that is kept; 1 where there is none."""
    found = select(changes.c.position).where(changes.c.position.is_not(None))
    first: int | None = connection.execute(
        found.order_by(changes.c.position).limit(1)
    ).scalar_one_or_none()
    return first or 1


def _place_at(connection: Connection, position: int, otherwise: Place) -> Place:
    """The last one up to `position`."""
    found = select(changes.c.position, changes.c.id).where(changes.c.position <= position)
    row = connection.execute(found.order_by(changes.c.position.desc()).limit(1)).one_or_none()
    return (row.position, row.id) if row and row.position > otherwise[0] else otherwise
