"""One place of any kind, as it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, RowMapping, Select, Table, func, null, select

from gateway.registry.places import IN_DISTRICT, InDistrict, Kind
from gateway.registry.tables import districts, pay_points

INNER: tuple[InDistrict, ...] = get_args(InDistrict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A province is known by the least id of its districts, everything else by its own.

    `district` is the name of the one it lies in, `province` likewise; both are "" where there is
    none. `short_name` is a pay point's, for SMS.
    """

    kind: Kind
    id: int
    name: str
    name_latin: str
    district_id: int | None = None
    district: str = ""
    district_latin: str = ""
    province: str = ""
    province_latin: str = ""
    short_name: str | None = None
    short_name_latin: str | None = None
    retired_at: datetime | None = None

    @property
    def key(self) -> str:
        """As the audit log names it."""
        return f"{self.kind}:{self.id}"


def table_of(kind: Kind) -> Table:
    """Where its names stand."""
    return IN_DISTRICT.get(kind, districts)


def rows_of(kind: Kind) -> Select[Any]:
    """The columns of `Place`, but for its kind, of all places of a kind."""
    if kind == "province":
        return _provinces()
    if kind == "district":
        table = districts.c
        return select(
            table.id, table.name, table.name_latin, table.province, table.province_latin,
            table.id.label("district_id"), table.retired_at,
        )  # fmt: skip
    table = IN_DISTRICT[kind].c
    short = [pay_points.c.short_name, pay_points.c.short_name_latin] if kind == "pay_point" else []
    return select(
        table.id, table.name, table.name_latin, table.district_id, table.retired_at, *short,
        districts.c.name.label("district"), districts.c.name_latin.label("district_latin"),
        districts.c.province, districts.c.province_latin,
    ).join(districts, districts.c.id == table.district_id)  # fmt: skip


def _provinces() -> Select[Any]:
    """One row for each, whatever its districts call it in Latin letters."""
    table = districts.c
    return select(
        func.min(table.id).label("id"),
        table.province.label("name"),
        func.min(table.province_latin).label("name_latin"),
        null().label("retired_at"),
    ).group_by(table.province)


def find_place(connection: Connection, kind: Kind, place_id: int) -> Place | None:
    """None where there is none; a province is found by any of its districts."""
    wanted = rows_of(kind)
    if kind == "province":
        here = select(districts.c.province).where(districts.c.id == place_id)
        wanted = wanted.where(districts.c.province == here.scalar_subquery())
    else:
        wanted = wanted.where(table_of(kind).c.id == place_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else as_place(kind, row)


def as_place(kind: Kind, row: RowMapping) -> Place:
    """Of a row of `rows_of`."""
    return Place(kind=kind, **{str(name): value for name, value in row.items()})


def is_in_district(kind: Kind) -> bool:
    return kind in INNER
