"""Names of places in a file: other spellings of known ones are taken for them, new ones listed.

Only what is certain is taken for a known place; a slip of the hand is listed as new, with the
known place that looks like it, for a person to see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select, update

from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.registry.imports.decisions import Decisions
from gateway.registry.imports.limits import MOST_PLACES
from gateway.registry.imports.places import missing_districts, missing_in_district
from gateway.registry.imports.report import NewPlace, RowError
from gateway.registry.imports.spelling import Spellings, spellings
from gateway.registry.places import (
    IN_DISTRICT,
    said_in_district,
    said_of_districts,
    said_of_provinces,
)
from gateway.registry.tables import districts

NOT_KNOWN = _("This place is not known.")
MOST_RESPELT = 1_000  # names; each is a statement over the stage


class PlaceNames:
    """The places that are known as of `today`: those of the registry, by their names and by what
    people have said is theirs, then those of the programme file."""

    def __init__(self, connection: Connection, today: date) -> None:
        served = PROGRAMME.rules_on(today).districts
        self._served = {(one.province, one.name) for one in served}
        table = districts.c
        listed = select(table.province, table.province_latin, table.name, table.name_latin)
        known = [tuple(row) for row in connection.execute(listed)]
        provinces = ((one[0], one[1]) for one in known)
        self._provinces = spellings("province", provinces, said_of_provinces(connection))
        self._province_names = {one[0] for one in known}
        self._districts: dict[str, Spellings] = defaultdict(lambda: Spellings("district"))
        for province, _latin, name, latin in known:
            self._districts[province].add(name, latin)
        self._elsewhere: dict[str, Spellings] = defaultdict(lambda: Spellings("district"))
        for (province, written), (now_in, name) in said_of_districts(connection).items():
            if now_in == province:
                self._districts[province].means(written, name)
            else:
                self._elsewhere[province].means(written, f"{now_in}\n{name}")
        for one in served:
            self._serve(one.province, one.province_latin, one.name, one.latin)
        self._in_district: dict[tuple[str, str, str], Spellings] = {}

    def _serve(self, province: str, province_latin: str, name: str, latin: str) -> None:
        """A district of the programme file, which may be called otherwise here by now."""
        here = self._provinces.find(province) or province
        self._provinces.add(here, province, province_latin)
        self._province_names.add(here)
        elsewhere = self._elsewhere[here].find(name)
        if elsewhere is None:
            self._districts[here].add(self._districts[here].find(name) or name, name, latin)
        else:
            self._elsewhere[here].means(latin, elsewhere)

    def province(self, name: str) -> str:
        if name in self._province_names:
            return name
        found = self._provinces.find(name)
        if found is None:
            self._provinces.add(name)  # another spelling of it, further below, is it too
        return found or name

    def district(self, province: str, name: str) -> tuple[str, str]:
        """Its province, which may be another one than the file says, and its name."""
        found = self._districts[province].find(name)
        if found is not None:
            return province, found
        elsewhere = self._elsewhere[province].find(name)
        if elsewhere is not None:
            there, _line, found = elsewhere.partition("\n")
            return there, found
        self._districts[province].add(name)
        return province, name

    def in_district(self, connection: Connection, column: str, row: Row[Any]) -> Spellings:
        """Those of one kind in the district of `row`; none where that is new."""
        key = (column, row.province, row.district)
        if key not in self._in_district:
            table = IN_DISTRICT[column]
            there = select(table.c.name, table.c.name_latin).where(
                table.c.district_id == row.district_id
            )
            names = [(one.name, one.name_latin) for one in connection.execute(there)]
            said = said_in_district(connection, column, row.district_id)
            self._in_district[key] = spellings(column, names, said)
        return self._in_district[key]

    def named(self, connection: Connection, column: str, row: Row[Any]) -> str:
        """The known name of a place, or the first spelling of a new one."""
        known, written = self.in_district(connection, column, row), str(getattr(row, column))
        found = known.find(written)
        if found is None:
            known.add(written)
        return found or written

    def new_district(self, row: Row[Any]) -> Iterator[NewPlace]:
        if row.province not in self._province_names:
            self._province_names.add(row.province)
            yield NewPlace("province", row.province, "", row.line, row.rows)
        if (row.province, row.district) not in self._served:
            yield NewPlace("district", row.district, row.province, row.line, row.rows)

    def with_likes(self, connection: Connection, place: NewPlace, row: Row[Any]) -> NewPlace:
        """The place with the known ones that look or sound like it."""
        if place.column == "province":
            known = self._provinces
        elif place.column == "district":
            known = self._districts[place.within]
        else:
            known = self.in_district(connection, place.column, row)
        like, *also = known.like(place.name) or [""]
        return replace(place, like=like, also=tuple(also))


def respell(connection: Connection, stage: Table, today: date) -> None:
    """Writes the known name over every other spelling of a place in the stage."""
    names = PlaceNames(connection, today)
    for row in _first(connection, missing_districts(stage), MOST_RESPELT):
        province, name = names.district(names.province(row.province), row.district)
        found = {"province": province, "district": name}
        _write(connection, stage, {"province": row.province, "district": row.district}, found)
    for column in IN_DISTRICT:
        for row in _first(connection, missing_in_district(stage, column), MOST_RESPELT):
            written = getattr(row, column)
            at = {"province": row.province, "district": row.district, column: written}
            found = {column: names.named(connection, column, row)}
            _write(connection, stage, at, found)


def _first(
    connection: Connection, missing: Select[*tuple[Any, ...]], most: int
) -> Sequence[Row[Any]]:
    return connection.execute(missing.limit(most)).all()


def _write(connection: Connection, stage: Table, at: dict[str, str], found: dict[str, str]) -> None:
    if any(at[column] != name for column, name in found.items()):
        here = (stage.c[column] == name for column, name in at.items())
        connection.execute(update(stage).where(*here).values(**found))


def new_places(connection: Connection, stage: Table, today: date, decisions: Decisions) -> Places:
    """What the merge of beneficiaries would make, districts first."""
    names = PlaceNames(connection, today)
    found = []
    for row in connection.execute(missing_districts(stage)):
        found += [(place, row) for place in names.new_district(row)]
    for column in IN_DISTRICT:
        found += in_districts(connection, column, missing_in_district(stage, column))
    return Places(names, found, decisions)


def in_districts(
    connection: Connection, column: str, missing: Select[*tuple[Any, ...]]
) -> list[tuple[NewPlace, Row[Any]]]:
    """Of rows with line, rows, district_id, province, district and the name."""
    return [
        (
            NewPlace(
                column, getattr(row, column), row.district, row.line, row.rows,
                province=row.province,
            ),
            row,
        )
        for row in connection.execute(missing)
    ]  # fmt: skip


class Places:
    """New places of a file, each with a row that tells where it lies."""

    def __init__(
        self, names: PlaceNames, found: Sequence[tuple[NewPlace, Row[Any]]], decisions: Decisions
    ) -> None:
        self._names = names
        self._found = [
            (replace(place, confirmed=decisions.confirms(place.key)), row) for place, row in found
        ]

    def unconfirmed(self) -> Iterator[RowError]:
        """A fault for each that nobody has said to be new."""
        for place, _row in self._found:
            if not place.confirmed:
                yield RowError(place.line, place.column, NOT_KNOWN, value=place.name)

    def listed(self, connection: Connection) -> tuple[NewPlace, ...]:
        """The first MOST_PLACES, those before all that wait for a decision."""
        first = sorted(self._found, key=lambda one: one[0].confirmed)[:MOST_PLACES]
        return tuple(self._names.with_likes(connection, place, row) for place, row in first)
