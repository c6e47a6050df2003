"""Places of a kind as lists show them, found by either script, with what points at each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    false,
    func,
    or_,
    select,
)

from gateway.core.lao_text import tidy_name
from gateway.places.records import is_in_district, rows_of
from gateway.registry.places import Kind
from gateway.registry.tables import beneficiaries, districts, payments, place_aliases

WITH_PAYMENTS = ("village", "pay_point")
_BLANKS = (" ", "-", ".")


@dataclass(frozen=True)
class Listed:
    """`key` is the order: by province and district, then by Latin name."""

    statement: Select[Any]
    key: Sequence[Any]


def listed(
    kind: Kind, where: Sequence[ColumnElement[bool]] = (), *, search: str | None = None
) -> Listed:
    """`where` are conditions on the table of that kind; `search` is a part of a name in either
    script, or of another spelling that is known, whatever blanks and dots are in it."""
    found = rows_of(kind).where(*where).subquery("listed")
    statement = select(found)
    if search:
        statement = statement.where(_called(kind, found, search))
    outer = [found.c[name] for name in ("province_latin", "district_latin") if name in found.c]
    return Listed(statement, (*outer, found.c.name_latin, found.c.id))


def _called(kind: Kind, found: Subquery, search: str) -> ColumnElement[bool]:
    wanted = tidy_name(search).lower()
    for blank in _BLANKS:
        wanted = wanted.replace(blank, "")
    if not wanted:
        return false()
    said = place_aliases.c
    mine = said.province == found.c.name if kind == "province" else said.place_id == found.c.id
    other = select(said.id).where(said.kind == kind, mine, _holds(said.name, wanted))
    return or_(_holds(found.c.name, wanted), _holds(found.c.name_latin, wanted), other.exists())


def _holds(column: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
    bare = func.lower(column)
    for blank in _BLANKS:
        bare = func.replace(bare, blank, "")
    return bare.contains(wanted, autoescape=True)


@dataclass(frozen=True, kw_only=True)
class Count:
    """People on record, and payments to come; None of kinds that have too many to count each
    time."""

    people: int = 0
    payments: int | None = None


def counts_of(
    connection: Connection,
    kind: Kind,
    rows: Sequence[Any],
    *,
    today: date,
    whose: Sequence[ColumnElement[bool]] = (),
) -> Mapping[int, Count]:
    """{id: count} of `rows` of a list; `whose` are conditions on the beneficiaries."""
    ids = [row.id for row in rows]
    people = _grouped(connection, kind, rows, beneficiaries, whose)
    if kind not in WITH_PAYMENTS:
        return {one: Count(people=people.get(one, 0)) for one in ids}
    theirs = beneficiaries.join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
    to_come = (payments.c.status == "scheduled", payments.c.due_on >= today)
    coming = _grouped(connection, kind, rows, theirs, (*whose, *to_come))
    return {one: Count(people=people.get(one, 0), payments=coming.get(one, 0)) for one in ids}


def _grouped(
    connection: Connection,
    kind: Kind,
    rows: Sequence[Any],
    source: FromClause,
    where: Sequence[ColumnElement[bool]],
) -> dict[int, int]:
    if kind == "province":
        return _by_province(connection, where)
    counts_payments = source is not beneficiaries
    at_pay_point = counts_payments and kind == "pay_point"
    column = payments.c.pay_point_id if at_pay_point else beneficiaries.c[f"{kind}_id"]
    counted = (
        select(column, func.count())
        .select_from(source)
        .where(column.in_([row.id for row in rows]), *where)
    )
    if is_in_district(kind) and not at_pay_point:  # by an index
        there = {row.district_id for row in rows}
        counted = counted.where(beneficiaries.c.district_id.in_(there))
    return {row[0]: row[1] for row in connection.execute(counted.group_by(column))}


def _by_province(connection: Connection, where: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    district = beneficiaries.c.district_id
    counted = select(district, func.count()).where(*where).group_by(district)
    found = {row[0]: row[1] for row in connection.execute(counted)}
    first = func.min(districts.c.id).over(partition_by=districts.c.province)
    totals: dict[int, int] = {}
    for row in connection.execute(select(districts.c.id, first.label("first"))):
        totals[row.first] = totals.get(row.first, 0) + found.get(row.id, 0)
    return totals
