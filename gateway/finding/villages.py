"""Villages by a part of their name, or by all of their district's, in either script and near
spellings.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, select

from gateway.core.names import heard_as, name_key
from gateway.registry.tables import districts, villages

_KIND = re.compile(r"^(ບ້ານ|ບ\.|ban\b)\s*", re.IGNORECASE)


def villages_called(
    connection: Connection, *mine: ColumnElement[bool]
) -> Callable[[str], list[int]]:
    """Of those for which the conditions hold; they are read at the first question."""
    known: list[tuple[int, str]] = []

    def called(text: str) -> list[int]:
        asked = heard_as(_KIND.sub("", text))
        if asked and not known:
            known.extend(_keys(connection, mine))
        return [number for number, key in known if any(one in key for one in asked)]

    return called


def within_districts(
    connection: Connection, *mine: ColumnElement[bool]
) -> Callable[[str], list[int]]:
    """As `villages_called`, with those of a district that is called so: all of its name or a word
    of it, for a part is in the names of half of the people."""
    called = villages_called(connection, *mine)
    known: list[tuple[int, frozenset[str]]] = []

    def there(text: str) -> list[int]:
        asked = heard_as(text)
        if asked and not known:
            read = select(districts.c.id, districts.c.name, districts.c.name_latin)
            known.extend(
                (row.id, _words(row.name, row.name_latin)) for row in connection.execute(read)
            )
        found = [number for number, words in known if not words.isdisjoint(asked)]
        in_them = select(villages.c.id).where(villages.c.district_id.in_(found), *mine)
        theirs = connection.execute(in_them).scalars() if found else ()
        return sorted({*called(text), *theirs})

    return there


@lru_cache(maxsize=1000)
def _words(*names: str) -> frozenset[str]:
    return frozenset(
        heard for name in names for word in (name, *name.split()) for heard in heard_as(word)
    )


def _keys(connection: Connection, mine: Sequence[ColumnElement[bool]]) -> list[tuple[int, str]]:
    read = select(villages.c.id, villages.c.name, villages.c.name_latin).where(*mine)
    return [(row.id, _key(row.name, row.name_latin)) for row in connection.execute(read)]


@lru_cache(maxsize=20_000)
def _key(name: str, latin: str) -> str:
    return name_key(name, latin)
