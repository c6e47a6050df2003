"""Places and pay points, listed. New ones come with the rows that name them, as with files."""

from typing import Any, Literal

import msgspec
from sqlalchemy import Row

from gateway.api.cursors import Limit, cursor_of, position_of
from gateway.api.operations import Answer, Call, Operation
from gateway.places.records import rows_of, table_of

PlaceKind = Literal["district", "village", "health_centre", "pay_point"]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`short_name` is a pay point's, for SMS. To a `retired` place nobody new comes."""

    kind: PlaceKind
    name: str
    name_latin: str
    province: str
    district: str
    short_name: str | None
    retired: bool


class PlacePage(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest first. `next` is the `after` of the next page; None: that was the last."""

    items: list[Place]
    next: str | None


class PlaceQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    kind: PlaceKind = "district"
    after: str | None = None
    limit: Limit = 100


def _list(call: Call) -> Answer:
    query: PlaceQuery = call.query
    size = query.limit
    table = table_of(query.kind)
    wanted = rows_of(query.kind)
    if call.key.district_id is not None:
        of_district = table.c.id if query.kind == "district" else table.c.district_id
        wanted = wanted.where(of_district == call.key.district_id)
    if query.after is not None:
        wanted = wanted.where(table.c.id > position_of(query.after, int))
    with call.database.reading() as connection:
        rows = connection.execute(wanted.order_by(table.c.id).limit(size + 1)).all()
    after = cursor_of(rows[size - 1].id) if len(rows) > size else None
    items = [_told(query.kind, row) for row in rows[:size]]
    return Answer(body=PlacePage(items=items, next=after))


def _told(kind: PlaceKind, row: Row[Any]) -> Place:
    values = row._mapping
    return Place(
        kind=kind,
        name=row.name,
        name_latin=row.name_latin,
        province=row.province,
        district=row.name if kind == "district" else row.district,
        short_name=values.get("short_name"),
        retired=row.retired_at is not None,
    )


OPERATIONS = (
    Operation(
        name="listPlaces", method="GET", path="/places", handle=_list,
        scope=("beneficiaries", "read"), summary="Districts, villages, health centres, pay points",
        query=PlaceQuery, gives=PlacePage, problems=("bad_request",),
    ),
)  # fmt: skip
