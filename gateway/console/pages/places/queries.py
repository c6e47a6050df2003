"""Reading places as far as the reader may see them."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from flask import abort
from sqlalchemy import Connection, select

from gateway.console.kit.context import (
    actor,
    current_staff,
    dependencies,
    hours,
    now,
    scope,
    settings,
    today,
)
from gateway.console.kit.listing import Page, read_page
from gateway.console.kit.places import names_of
from gateway.places.desk import Desk
from gateway.places.listing import Count, counts_of, listed
from gateway.places.records import Place, find_place, is_in_district, table_of
from gateway.registry.imports.spelling import spelling
from gateway.registry.places import KINDS, Kind
from gateway.registry.tables import beneficiaries, districts, place_aliases
from gateway.staff.confinement import conditions


def kind_or_404(word: str) -> Kind:
    found = next((kind for kind in KINDS if kind == word), None)
    if found is None:
        abort(404)
    return found


def desk() -> Desk:
    """That of whoever is signed in, now."""
    return Desk(
        actor=actor(),
        now=now(),
        hours=hours(),
        default_locale=settings().default_locale,
        gettext=dependencies().gettext,
    )


def served(connection: Connection) -> dict[str, str]:
    """The reader's districts, {id: name}."""
    mine = scope(select(districts), districts)
    return names_of(connection, mine.order_by(districts.c.name_latin, districts.c.id))


def page_of(
    connection: Connection, kind: Kind, *, search: str | None, district: int | None
) -> tuple[Page, Mapping[int, Count]]:
    """The places, and what points at each."""
    table = table_of(kind)
    where = conditions(table, current_staff())
    if district is not None and is_in_district(kind):
        where.append(table.c.district_id == district)
    found = listed(kind, where, search=search)
    page = read_page(connection, found.statement, found.key)
    mine = conditions(beneficiaries, current_staff())
    return page, counts_of(connection, kind, page.rows, today=today(), whose=mine)


def one(connection: Connection, kind: Kind, place_id: int) -> Place:
    """The place, or 404."""
    table = table_of(kind)
    mine = scope(select(table.c.id).where(table.c.id == place_id), table)
    found = find_place(connection, kind, place_id)
    if found is None or connection.execute(mine).one_or_none() is None:
        abort(404)
    return found


def became(connection: Connection, kind: Kind, place_id: int) -> int | None:
    """The place into which one was merged that is not there any more."""
    said = place_aliases.c
    merged = select(said.place_id).where(said.kind == kind, said.was_id == place_id).limit(1)
    return connection.execute(merged).scalar_one_or_none()


def may_change(place: Place) -> bool:
    """What lies above a district is for those who see the whole country."""
    staff = current_staff()
    whole = staff.district_id is None and staff.health_centre_id is None
    return staff.may("place.change") and (whole or is_in_district(place.kind))


def others(connection: Connection, place: Place) -> Sequence[Any]:
    """Those that `place` may be merged into, what is written most like it first."""
    table = table_of(place.kind)
    where = conditions(table, current_staff())
    if is_in_district(place.kind):
        where.append(table.c.district_id == place.district_id)
    found = listed(place.kind, where)
    rows = connection.execute(found.statement.order_by(*found.key)).all()
    open_ones = [row for row in rows if row.id != place.id and row.retired_at is None]
    return sorted(open_ones, key=lambda row: -_likeness(place, row))


def _likeness(place: Place, row: Any) -> float:
    pairs = ((place.name, row.name), (place.name_latin, row.name_latin))
    likest = max(
        SequenceMatcher(None, spelling(place.kind, one), spelling(place.kind, other)).ratio()
        for one, other in pairs
    )
    return round(likest, 2) if likest >= _LIKE else 0.0


_LIKE = 0.6
