"""What follows where one place is merged into another: rows, and the places within it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, update

from gateway.places.aliases import follow_district, follow_place, follow_province, remember
from gateway.places.desk import Desk
from gateway.places.notices import told_follows
from gateway.places.pointing import (
    fold,
    follow_changes,
    follow_figures,
    follow_village_figures,
    remove,
)
from gateway.places.records import INNER, Place, as_place, rows_of, table_of
from gateway.registry.imports.spelling import spellings
from gateway.registry.places import Kind
from gateway.registry.tables import districts

Same = Mapping[Place, Place]  # the one that goes, the one that stays


def inner(
    connection: Connection, away: Place, kept: Place
) -> dict[Kind, tuple[Sequence[Place], Same]]:
    """By kind what lies in `away`, and which of it is certainly the same as something in `kept`."""
    kinds: Sequence[Kind] = INNER if away.kind == "district" else ()
    if away.kind == "province":
        kinds = ("district",)
    found: dict[Kind, tuple[Sequence[Place], Same]] = {}
    for kind in kinds:
        there = _places_in(connection, kind, away)
        found[kind] = (there, _same(kind, there, _places_in(connection, kind, kept)))
    return found


def follow(connection: Connection, away: Place, kept: Place, desk: Desk) -> None:
    """Everything that pointed at `away` points at `kept`, which its names now mean."""
    if away.kind == "province":
        _province(connection, away, kept, desk)
    elif away.kind == "district":
        _district(connection, away, kept, desk)
    else:
        pairs = _in_district(connection, away.kind, {away: kept}, desk)
        fold(connection, {away.kind: pairs})


def _places_in(connection: Connection, kind: Kind, place: Place) -> Sequence[Place]:
    if place.kind == "province":
        wanted = rows_of(kind).where(districts.c.province == place.name)
    else:
        wanted = rows_of(kind).where(table_of(kind).c.district_id == place.id)
    rows = connection.execute(wanted.order_by(table_of(kind).c.id)).mappings()
    return [as_place(kind, row) for row in rows]


def _same(kind: Kind, there: Sequence[Place], others: Sequence[Place]) -> dict[Place, Place]:
    named = {one.name: one for one in others}
    known = spellings(kind, ((one.name, one.name_latin) for one in others))
    found = {one: one.name if one.name in named else known.find(one.name) for one in there}
    return {one: named[name] for one, name in found.items() if name is not None}


def _in_district(connection: Connection, kind: Kind, same: Same, desk: Desk) -> Mapping[int, int]:
    """What is said of them follows; their ids, whose rows are still to be folded."""
    for away, kept in same.items():
        if kind == "village":
            follow_village_figures(connection, away.id, kept.id)
        follow_place(connection, kind, away.id, kept.id)
        remember(connection, away, kept, desk.now)
    pairs = {one.id: other.id for one, other in same.items()}
    if kind == "pay_point":
        told_follows(connection, pairs, desk)
    return pairs


def _district(connection: Connection, away: Place, kept: Place, desk: Desk) -> None:
    folded = {
        kind: _in_district(connection, kind, same, desk)
        for kind, (_there, same) in inner(connection, away, kept).items()
    }
    gone = {away.id: kept.id}
    fold(connection, {**folded, "district": gone})
    follow_district(connection, away.id, kept.id)
    follow_place(connection, "district", away.id, kept.id)
    remember(connection, away, kept, desk.now)
    follow_figures(connection, away.id, kept.id)
    follow_changes(connection, away.id, kept.id)
    remove(connection, "district", gone)


def _province(connection: Connection, away: Place, kept: Place, desk: Desk) -> None:
    for _there, same in inner(connection, away, kept).values():
        for one, other in same.items():
            _district(connection, one, other, desk)
    names = {"province": kept.name, "province_latin": kept.name_latin}
    moved = update(districts).where(districts.c.province == away.name)
    connection.execute(moved.values(**names))
    follow_province(connection, away.name, kept.name)
    remember(connection, away, kept, desk.now)
