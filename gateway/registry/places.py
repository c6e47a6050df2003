"""What places are called: their kinds, and the other spellings that people have said are theirs.

A province has no row of its own: its name stands with its districts. A spelling is remembered when
a place is renamed, merged into another, or when somebody says which known place a file means.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, Table, delete, insert, select

from gateway.registry.tables import districts, health_centres, pay_points, place_aliases, villages

InDistrict = Literal["village", "health_centre", "pay_point"]
Kind = Literal["province", "district", "village", "health_centre", "pay_point"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# In a district.
IN_DISTRICT: Mapping[str, Table] = {
    "village": villages,
    "health_centre": health_centres,
    "pay_point": pay_points,
}

_said = place_aliases.c


def remember_province(connection: Connection, name: str, province: str, *, now: datetime) -> None:
    """From now on a file's province `name` is `province`, where no province is called `name`."""
    values = {"kind": "province", "name": name, "province": province}
    _remember(connection, {"kind": "province", "name": name}, values, now)


def remember_district(
    connection: Connection,
    province: str,
    name: str,
    district_id: int,
    *,
    now: datetime,
    was_id: int | None = None,
) -> None:
    """From now on the district `name` of a file's `province` is that of `district_id`, which may
    lie in another province. `was_id`: the row that was merged into it."""
    said = {"kind": "district", "province": province, "name": name}
    _remember(connection, said, said | {"place_id": district_id, "was_id": was_id}, now)


def remember_in_district(
    connection: Connection,
    kind: InDistrict,
    district_id: int,
    name: str,
    place_id: int,
    *,
    now: datetime,
    was_id: int | None = None,
) -> None:
    """From now on a place `name` of that kind and district is that of `place_id`, which lies there
    too. `was_id`: the row that was merged into it."""
    said = {"kind": kind, "district_id": district_id, "name": name}
    _remember(connection, said, said | {"place_id": place_id, "was_id": was_id}, now)


def said_of_provinces(connection: Connection) -> dict[str, str]:
    """{spelling: the province's name}."""
    found = select(_said.name, _said.province).where(_said.kind == "province")
    return {row.name: row.province for row in connection.execute(found)}


def said_of_districts(connection: Connection) -> dict[tuple[str, str], tuple[str, str]]:
    """{(province, spelling): (province, name)}, as the district is called now."""
    found = (
        select(_said.province, _said.name, districts.c.province.label("now"), districts.c.name)
        .join(districts, districts.c.id == _said.place_id)
        .where(_said.kind == "district")
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(found)}


def said_in_district(connection: Connection, kind: str, district_id: int | None) -> dict[str, str]:
    """{spelling: the place's name} of one kind; of a district that does not exist yet nothing."""
    table = IN_DISTRICT[kind]
    found = (
        select(_said.name, table.c.name.label("now"))
        .join(table, table.c.id == _said.place_id)
        .where(_said.kind == kind, _said.district_id == district_id)
    )
    return {row.name: row.now for row in connection.execute(found)}


def _remember(
    connection: Connection, said: Mapping[str, object], values: Mapping[str, object], now: datetime
) -> None:
    """The last word on a spelling holds."""
    same = (_said[column] == value for column, value in said.items())
    connection.execute(delete(place_aliases).where(*same))
    connection.execute(insert(place_aliases).values(**values, at=now))
