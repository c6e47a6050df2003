"""Villages by a part of their name, in either script and near spellings."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, select

from gateway.core.names import heard_as, name_key
from gateway.registry.tables import villages

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


def _keys(connection: Connection, mine: Sequence[ColumnElement[bool]]) -> list[tuple[int, str]]:
    read = select(villages.c.id, villages.c.name, villages.c.name_latin).where(*mine)
    return [(row.id, _key(row.name, row.name_latin)) for row in connection.execute(read)]


@lru_cache(maxsize=20_000)
def _key(name: str, latin: str) -> str:
    return name_key(name, latin)
