"""Reading broadcasts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import current_staff, one_or_404, scope
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import PLACES
from gateway.console.pages.broadcasts.words import CATEGORIES, FILTERS, PERSON_STATES
from gateway.messaging.tables import broadcasts
from gateway.staff.authors import Author

_WORDS = {"category": CATEGORIES, "status": PERSON_STATES}
_MOST_NAMED = 12


def author() -> Author:
    """Who is signed in, as somebody who writes, submits or approves."""
    staff = current_staff()
    return Author(staff.email, staff.id)


def one(connection: Connection, broadcast_id: UUID) -> Row[Any]:
    """The broadcast, or 404."""
    return one_or_404(connection, _one(broadcast_id))


def in_words(connection: Connection, audience: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """(what is filtered by, the values), both for the reader."""
    found = []
    for name, values in audience.items():
        if name == "missed":
            shown = _broadcast_names(connection, values)
        elif name in PLACES:
            shown = _names(connection, name, values)
        else:
            words = _WORDS.get(name, {})
            shown = [gettext(words[value]) if value in words else str(value) for value in values]
        found.append((gettext(FILTERS.get(name, name)), shown))
    return found


def _names(connection: Connection, kind: str, ids: Any) -> list[str]:
    table = PLACES[kind]
    listed = select(table).where(table.c.id.in_(ids)).order_by(table.c.name)
    names = [place(row) for row in connection.execute(listed.limit(_MOST_NAMED))]
    more = len(ids) - len(names)
    return [*names, f"+ {more}"] if more > 0 else names


def _broadcast_names(connection: Connection, ids: Any) -> list[str]:
    listed = select(broadcasts.c.name).where(broadcasts.c.id.in_([UUID(one) for one in ids]))
    return list(connection.execute(listed).scalars())


def _one(broadcast_id: UUID) -> Select[Any]:
    return scope(select(broadcasts).where(broadcasts.c.id == broadcast_id), broadcasts)
