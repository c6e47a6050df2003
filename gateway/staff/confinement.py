"""Confinement: the rows that one of the staff may see at all, whatever is asked for."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, select

from gateway.registry.tables import beneficiaries, districts, health_centres
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
    if staff.district_id is None and staff.health_centre_id is None:
        _owner(table)
        return []
    owner = _owner(table)
    if owner.name == "beneficiary_id":
        people = select(beneficiaries.c.id).where(*conditions(beneficiaries, staff))
        return [owner.in_(people)]
    found = [] if staff.district_id is None else [owner == staff.district_id]
    if staff.health_centre_id is not None:
        found += _of_health_centre(table, staff.health_centre_id)
    return found


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
