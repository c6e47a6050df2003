"""New places of a file, with the known ones that each may be."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import districts
from gateway.uploads.tables import import_lines

_ALL_OFFERED = 20  # places; where there are more, each is offered what looks like it only


def place_lines(connection: Connection, import_id: UUID) -> list[Row[Any]]:
    """Those that the check has listed."""
    mine = (import_lines.c.import_id == import_id) & (import_lines.c.kind == "place")
    found = select(import_lines).where(mine).order_by(import_lines.c.number)
    return list(connection.execute(found))


def offered(
    connection: Connection, lines: list[Row[Any]]
) -> dict[int, tuple[list[str], list[str]]]:
    """{number of the line: (names that are like it, all others there are)}"""
    known: dict[tuple[str, str, str], list[str]] = {}
    found = {}
    for line in lines:
        place = line.params
        key = (line.column, place.get("province", ""), place["within"])
        if key not in known:
            known[key] = list(connection.execute(_known(line.column, place)).scalars())
        likes = [one for one in (place["like"], *place.get("also", ())) if one in known[key]]
        others = [one for one in known[key] if one not in likes]
        found[line.number] = likes, others if len(lines) <= _ALL_OFFERED else []
    return found


def known_place(connection: Connection, column: str, place: Mapping[str, Any], name: str) -> Any:
    """The row (id, district_id) of the known place `name` that a new one may be, or None."""
    table = IN_DISTRICT.get(column, districts)
    named = table.c.province if column == "province" else table.c.name
    of = table.c.id if table is districts else table.c.district_id
    found = _where(column, place, select(table.c.id, of.label("district_id")))
    return connection.execute(found.where(named == name)).first()


def _known(column: str, place: Mapping[str, Any]) -> Select[Any]:
    table = IN_DISTRICT.get(column, districts)
    named = table.c.province if column == "province" else table.c.name
    return _where(column, place, select(named).distinct()).order_by(named)


def _where(column: str, place: Mapping[str, Any], found: Select[Any]) -> Select[Any]:
    table = IN_DISTRICT.get(column, districts)
    found = found.where(table.c.retired_at.is_(None))
    if column == "district":
        return found.where(districts.c.province == place["within"])
    if column == "province":
        return found
    return found.join(districts, districts.c.id == table.c.district_id).where(
        districts.c.province == place.get("province"), districts.c.name == place["within"]
    )
