"""A place by another name: widths, scripts, what files called it before, and whom it is told.

A name in Latin letters that is set here stays: imports only draft those of new places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import Connection, update

from gateway.places.aliases import follow_province, remember
from gateway.places.desk import Desk, alone
from gateway.places.faults import NAME_TAKEN, NO_SHORT_LATIN, NOT_LATIN, PlaceError
from gateway.places.notices import last_words, queue_corrections, readers, reads_otherwise
from gateway.places.records import Place, is_in_district, rows_of, table_of
from gateway.registry.imports import cells
from gateway.registry.imports.places import MOST_LATIN
from gateway.registry.imports.report import CellError
from gateway.registry.imports.spelling import spelling
from gateway.registry.places import Kind
from gateway.registry.tables import districts
from gateway.staff.audit import changed

# In UCS-2 units: what imports refuse, and what the columns hold.
MOST: Mapping[Kind, int] = MappingProxyType(
    {"province": 64, "district": 64, "village": 16, "health_centre": 24, "pay_point": 24}
)
MOST_SHORT, MOST_SHORT_LATIN = 16, 24


@dataclass(frozen=True, kw_only=True)
class Names:
    """As they are to be; the short ones of a pay point only, None for none."""

    name: str
    name_latin: str
    short_name: str | None = None
    short_name_latin: str | None = None


def names_of(place: Place) -> Names:
    return Names(
        name=place.name,
        name_latin=place.name_latin,
        short_name=place.short_name,
        short_name_latin=place.short_name_latin,
    )


def tidied(kind: Kind, names: Names) -> Names:
    """As an import would take them; raises PlaceError that names the field."""
    short, short_latin = names.short_name or None, names.short_name_latin or None
    if (short is None) != (short_latin is None):
        raise PlaceError(NO_SHORT_LATIN, "short_name" if short is None else "short_name_latin")
    return Names(
        name=_tidy("name", names.name, MOST[kind]),
        name_latin=_latin("name_latin", names.name_latin, MOST_LATIN[kind]),
        short_name=short and _tidy("short_name", short, MOST_SHORT),
        short_name_latin=short_latin and _latin("short_name_latin", short_latin, MOST_SHORT_LATIN),
    )


def _tidy(field: str, text: str, most: int) -> str:
    try:
        return str(cells.name(most)(text))
    except CellError as error:
        raise PlaceError(error.reason, field, **error.params) from None


def _latin(field: str, text: str, most: int) -> str:
    tidy = _tidy(field, text, most)
    if not tidy.isascii():
        raise PlaceError(NOT_LATIN, field)
    return tidy


@dataclass(frozen=True, kw_only=True)
class Renaming:
    """What it would do. `told`: women whose SMS named the place; `otherwise`: to them it would
    read as another place."""

    before: Place
    after: Place
    told: int
    otherwise: bool


def plan_rename(connection: Connection, place: Place, names: Names, desk: Desk) -> Renaming:
    """Changes nothing; raises PlaceError for names that cannot be."""
    wanted = tidied(place.kind, names)
    after = replace(place, **vars(wanted))
    if wanted.name != place.name:
        _not_taken(connection, after)
    return Renaming(
        before=place,
        after=after,
        told=len(readers(connection, place, desk)) if after != place else 0,
        otherwise=reads_otherwise(place, after),
    )


def rename(
    connection: Connection, place: Place, names: Names, *, tell: bool, desk: Desk
) -> tuple[Renaming, int]:
    """What it did, and how many correction SMS are queued: those who were told the old name get
    one if `tell`. Raises PlaceError and changes nothing where it cannot be done.
    """
    alone(connection, place)
    plan = plan_rename(connection, place, names, desk)
    after = plan.after
    owed = last_words(connection, readers(connection, place, desk), desk) if tell else {}
    if place.kind == "province":
        there = update(districts).where(districts.c.province == place.name)
        renamed = {"province": after.name, "province_latin": after.name_latin}
        connection.execute(there.values(**renamed))
        follow_province(connection, place.name, after.name)
    else:
        table = table_of(place.kind)
        own = {name: value for name, value in vars(names_of(after)).items() if name in table.c}
        connection.execute(update(table).where(table.c.id == place.id).values(**own))
    remember(connection, place, after, desk.now)
    sms = queue_corrections(connection, owed, desk)
    was = changed(vars(names_of(place)), vars(names_of(after)))
    desk.record(connection, "place.rename", place, was | {"sms": (None, sms)})
    return plan, sms


def _not_taken(connection: Connection, after: Place) -> None:
    """No other place there is certainly the same: an import could not tell the two apart."""
    others = rows_of(after.kind)
    if is_in_district(after.kind):
        others = others.where(table_of(after.kind).c.district_id == after.district_id)
    elif after.kind == "district":
        others = others.where(districts.c.province == after.province)
    mine = spelling(after.kind, after.name)
    for row in connection.execute(others):
        if row.id != after.id and spelling(after.kind, row.name) == mine:
            raise PlaceError(NAME_TAKEN, "name", name=row.name)
