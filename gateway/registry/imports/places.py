"""Places named in a file that the registry does not have yet: checked, listed, then made."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select

from gateway.core.names import latin_of
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.registry.imports.report import RowError
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import districts

# How much room each has in Latin letters, on a screen and in its column.
MOST_LATIN = {"district": 64, "province": 64, "village": 32, "health_centre": 40, "pay_point": 40}

LONG_LATIN = _("In Latin letters the name would be %(latin)s: longer than %(most)s letters.")

TOO_MANY_PLACES = _(
    "The file has more than %(most)s new places of this kind: is it the right column?"
)
_MOST_NEW = 20_000  # the whole country has fewer villages


def missing_districts(stage: Table) -> Select[*tuple[Any, ...]]:
    """(line, rows, province, district): the first line and the count of each that is not there."""
    return (
        select(
            func.min(stage.c.line).label("line"),
            func.count().label("rows"),
            stage.c.province,
            stage.c.district,
        )
        .outerjoin(
            districts,
            (districts.c.province == stage.c.province) & (districts.c.name == stage.c.district),
        )
        .where(
            districts.c.id.is_(None), stage.c.province.is_not(None), stage.c.district.is_not(None)
        )
        .group_by(stage.c.province, stage.c.district)
        .order_by(func.min(stage.c.line))
    )


def missing_in_district(stage: Table, column: str) -> Select[*tuple[Any, ...]]:
    """(line, rows, district_id, province, district, name) of what is not there; the district
    itself may be missing."""
    table, named = IN_DISTRICT[column], stage.c[column]
    return (
        select(
            func.min(stage.c.line).label("line"),
            func.count().label("rows"),
            districts.c.id.label("district_id"),
            stage.c.province,
            stage.c.district,
            named,
        )
        .outerjoin(
            districts,
            (districts.c.province == stage.c.province) & (districts.c.name == stage.c.district),
        )
        .outerjoin(table, (table.c.district_id == districts.c.id) & (table.c.name == named))
        .where(table.c.id.is_(None), named.is_not(None))
        .group_by(districts.c.id, stage.c.province, stage.c.district, named)
        .order_by(func.min(stage.c.line))
    )


def too_long(
    connection: Connection, missing: Select[*tuple[Any, ...]], *columns: str
) -> Iterator[RowError]:
    """A fault for each missing place whose draft in Latin letters has no room."""
    rows = connection.execute(missing.limit(_MOST_NEW + 1)).all()
    if len(rows) > _MOST_NEW:
        yield RowError(rows[-1].line, columns[-1], TOO_MANY_PLACES, {"most": _MOST_NEW})
        return
    for row in rows:
        for column in columns:
            name = getattr(row, column)
            latin, most = latin_of(name), MOST_LATIN[column]
            if len(latin) > most:
                yield RowError(row.line, column, LONG_LATIN, {"latin": latin, "most": most}, name)


def make_districts(connection: Connection, stage: Table, today: date) -> list[int]:
    """Their ids. Latin names come from the programme file where it has them."""
    served = PROGRAMME.rules_on(today).districts
    provinces = {district.province: district.province_latin for district in served}
    names = {(district.province, district.name): district.latin for district in served}
    made = [
        {
            "province": row.province,
            "province_latin": provinces.get(row.province) or latin_of(row.province),
            "name": row.district,
            "name_latin": names.get((row.province, row.district)) or latin_of(row.district),
        }
        for row in connection.execute(missing_districts(stage))
    ]
    return _made(connection, districts, made)


def make_in_district(
    connection: Connection, missing: Select[*tuple[Any, ...]], column: str
) -> list[int]:
    """Their ids."""
    made = [
        {
            "district_id": row.district_id,
            "name": getattr(row, column),
            "name_latin": latin_of(getattr(row, column)),
        }
        for row in connection.execute(missing)
    ]
    return _made(connection, IN_DISTRICT[column], made)


def _made(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    return list(connection.execute(insert(table).returning(table.c.id), rows).scalars())
