"""Confinement: the rows that one of the staff may see at all, whatever is asked for."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, and_, false, or_, select

from gateway.registry.tables import beneficiaries, cases, districts, health_centres
from gateway.staff.accounts import StaffUser

AnySelect = TypeVar("AnySelect", bound=Select[Any])


def confine(statement: AnySelect, table: Table, staff: StaffUser) -> AnySelect:
    """`statement`, less the rows of `table` that lie outside the district or health centre.

    `table` is in the statement's FROM and has a `district_id`, a `beneficiary_id`, or is
    `districts`; anything else raises TypeError: a table nobody thought of is not shown.
    """
    for condition in conditions(table, staff):
        statement = statement.where(condition)
    return statement


def conditions(table: Table, staff: StaffUser) -> list[ColumnElement[bool]]:
    """The same as conditions, for an UPDATE or a join's ON; empty for whoever sees everything."""
    owner = _owner(table)
    if staff.role == "editor":
        return [false()]  # reads texts, and no person's data, whatever is asked for
    if staff.district_id is None and staff.health_centre_id is None:
        # Nobody's health worker sees nobody, never everybody.
        return [false()] if staff.role == "health_worker" else []
    if owner.name == "beneficiary_id":
        return [_of_people(table, owner, staff)]
    found = [] if staff.district_id is None else [owner == staff.district_id]
    if staff.health_centre_id is not None:
        found += _of_health_centre(table, staff.health_centre_id)
    return found


def _of_people(table: Table, owner: Any, staff: StaffUser) -> ColumnElement[bool]:
    # An alias: the statement may have the beneficiaries in its FROM as well.
    people = beneficiaries.alias("confined")
    mine = [
        people.c[name] == value
        for name, value in (
            ("district_id", staff.district_id),
            ("health_centre_id", staff.health_centre_id),
        )
        if value is not None
    ]
    theirs: ColumnElement[bool] = owner.in_(select(people.c.id).where(*mine))
    if table is not cases:
        return theirs
    # An SMS to read says whose number it came from, not which of its people wrote it.
    numbers = select(people.c.msisdn).where(*mine, people.c.msisdn.is_not(None))
    return or_(theirs, and_(owner.is_(None), table.c.msisdn.in_(numbers)))


def _of_health_centre(table: Table, health_centre_id: int) -> list[ColumnElement[bool]]:
    if table is health_centres:
        return [table.c.id == health_centre_id]
    column = table.c.get("health_centre_id")
    return [] if column is None else [column == health_centre_id]


def _owner(table: Table) -> Any:
    if table is districts:
        return table.c.id
    for name in ("district_id", "beneficiary_id"):
        if name in table.c:
            return table.c[name]
    raise TypeError(f"{table.name} belongs to no district")
