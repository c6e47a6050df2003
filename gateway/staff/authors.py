"""Who wrote in something, and who is near enough to them not to approve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, func, select

from gateway.staff.provenance import makers_of
from gateway.staff.tables import staff_users

APART_HOURS = 24  # between an author's hand on an account and that account's approval

Kept = Sequence[Mapping[str, Any]]
Nearness = Literal["own", "too_close"]


@dataclass(frozen=True, slots=True)
class Author:
    """One of the staff by e-mail and id; without an id the name of whoever ran a command."""

    name: str
    staff_id: UUID | None = None

    def plain(self) -> dict[str, str | None]:
        """As it is kept with what they wrote."""
        return {"name": self.name, "id": str(self.staff_id) if self.staff_id else None}


def with_author(kept: Kept, author: Author) -> Kept:
    """The authors, and one more where it is not among them."""
    return kept if is_author(kept, author) else [*kept, author.plain()]


def is_author(kept: Kept, who: Author) -> bool:
    """Whether `who` is one of them; an e-mail may have changed since, an id does not."""
    return any(
        one["name"].casefold() == who.name.casefold()
        or (one["id"] is not None and one["id"] == str(who.staff_id))
        for one in kept
    )


def nearness(connection: Connection, kept: Kept, who: Author, *, now: datetime) -> Nearness | None:
    """Why `who` is no second person: wrote in it, or has an account in an author's hands.

    In an author's hands is what an author added, or set role, place, e-mail or password of, within
    the last 24 hours; also what an account did that was itself in such hands.
    """
    if is_author(kept, who):
        return "own"
    if who.staff_id is None:
        return None
    since = now - timedelta(hours=APART_HOURS)
    near = makers_of(connection, who.staff_id, since) & _ids(connection, kept)
    return "too_close" if near else None


def _ids(connection: Connection, kept: Kept) -> set[UUID]:
    """Of those known by their id, and of those who wrote by a command under their e-mail."""
    names = [one["name"].casefold() for one in kept]
    known = select(staff_users.c.id).where(func.lower(staff_users.c.email).in_(names))
    named = set(connection.execute(known).scalars())
    return named | {UUID(one["id"]) for one in kept if one["id"] is not None}
