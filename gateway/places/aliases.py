"""The spellings that renaming and merging leave behind, and that follow."""

from datetime import datetime

from sqlalchemy import Connection, Select, delete, select, update

from gateway.places.records import Place
from gateway.registry.places import (
    IN_DISTRICT,
    remember_district,
    remember_in_district,
    remember_province,
)
from gateway.registry.tables import place_aliases

_said = place_aliases.c


def aliases_of(place: Place) -> Select[tuple[int, str]]:
    """(id, name) of what has been said to be `place`, by name."""
    mine = _said.province == place.name if place.kind == "province" else _said.place_id == place.id
    found = select(_said.id, _said.name).where(_said.kind == place.kind, mine)
    return found.order_by(_said.name, _said.id)


def forget(connection: Connection, place: Place, alias_id: int) -> str | None:
    """The spelling that is forgotten; None where it was none of `place`."""
    mine = aliases_of(place).with_only_columns(_said.name).where(_said.id == alias_id)
    name: str | None = connection.execute(mine).scalar_one_or_none()
    if name is not None:
        connection.execute(delete(place_aliases).where(_said.id == alias_id))
    return name


def remember(connection: Connection, before: Place, after: Place, now: datetime) -> None:
    """What `before` was called is `after` from now on, in both scripts, unless that is so anyhow.

    `after` is the place it was merged into, or itself by its new name.
    """
    was_id = None if before.id == after.id else before.id
    known = {after.name, after.name_latin} if before.province == after.province else set()
    for name in sorted({before.name, before.name_latin} - known):
        if before.kind == "province":
            remember_province(connection, name, after.name, now=now)
        elif before.kind == "district":
            province = before.province
            remember_district(connection, province, name, after.id, now=now, was_id=was_id)
        elif after.district_id is not None:
            there = (before.kind, after.district_id)
            remember_in_district(connection, *there, name, after.id, now=now, was_id=was_id)


def follow_place(connection: Connection, kind: str, old: int, new: int) -> None:
    """What was said to be `old` is `new`."""
    mine = (_said.kind == kind, _said.place_id == old)
    connection.execute(update(place_aliases).where(*mine).values(place_id=new))


def follow_district(connection: Connection, old: int, new: int) -> None:
    """What was said within the district `old` holds in `new`, unless something else is said, or
    so called, there. To be called once the places themselves have followed."""
    here = _said.district_id == old
    other = place_aliases.alias()
    said_there = select(other.c.id).where(
        other.c.district_id == new, other.c.kind == _said.kind, other.c.name == _said.name
    )
    connection.execute(delete(place_aliases).where(here, said_there.exists()))
    for kind, table in IN_DISTRICT.items():
        called_so = select(table.c.id).where(table.c.district_id == new, table.c.name == _said.name)
        connection.execute(
            delete(place_aliases).where(here, _said.kind == kind, called_so.exists())
        )
    connection.execute(update(place_aliases).where(here).values(district_id=new))


def follow_province(connection: Connection, old: str, new: str) -> None:
    """Likewise of a province, whose name is all there is of it."""
    connection.execute(
        update(place_aliases)
        .where(_said.kind == "province", _said.province == old)
        .values(province=new)
    )
    here = (_said.kind == "district", _said.province == old)
    other = place_aliases.alias()
    said_there = select(other.c.id).where(
        other.c.kind == "district", other.c.province == new, other.c.name == _said.name
    )
    connection.execute(delete(place_aliases).where(*here, said_there.exists()))
    connection.execute(update(place_aliases).where(*here).values(province=new))
