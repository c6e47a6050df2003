"""Where something is still planned on a day, as far as the reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from gateway.console.kit.filters import number, place
from gateway.console.kit.places import name_columns
from gateway.console.pages.payments.queries.desk import desk
from gateway.paydays.moving import Which
from gateway.paydays.tables import payday_moves
from gateway.registry.tables import beneficiaries, districts, pay_points, payments

MOST_OFFERED = 200  # pay points on one page; a district has fewer


@dataclass(frozen=True)
class Places:
    """Pay points with the number of payments; `all_shown` False where only the first are."""

    rows: Sequence[Row[Any]]
    all_shown: bool

    def named(self) -> dict[str, str]:
        """{id: name, district, how many payments} in the reader's letters."""
        return {
            str(row.id): f"{place(row)}, {place(row, 'district')}: {number(row.planned)}"
            for row in self.rows
        }

    def example(self, which: Which) -> Row[Any]:
        """The one with the most payments of those that are meant."""
        meant = [
            row
            for row in self.rows
            if (not which.pay_point_ids or row.id in which.pay_point_ids)
            and (not which.district_ids or row.district_id in which.district_ids)
        ]
        return max(meant or self.rows, key=lambda row: row.planned)


def open_move(connection: Connection, on: date) -> Row[Any] | None:
    """A large move of the day that is not finished."""
    going = (payday_moves.c.due_on == on) & payday_moves.c.finished_at.is_(None)
    return connection.execute(select(payday_moves).where(going).limit(1)).one_or_none()


def planned_districts(connection: Connection, on: date) -> dict[str, str]:
    """{id: name in the reader's letters}"""
    found = (
        _planned(select(districts.c.id, districts.c.name, districts.c.name_latin), on)
        .group_by(districts.c.id)
        .order_by(districts.c.name_latin)
    )
    return {str(row.id): place(row) for row in connection.execute(found)}


def planned_cycles(connection: Connection, on: date) -> Sequence[str]:
    """Those whose payments are planned then, arrears among them."""
    found = _planned(select(payments.c.cycle).distinct(), on)
    return connection.execute(found).scalars().all()


def planned_pay_points(connection: Connection, on: date, district_id: int | None) -> Places:
    """Of all districts, or of the one that is looked at."""
    names = name_columns(district=districts)
    found = (
        _planned(select(pay_points, *names, func.count().label("planned")), on)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .group_by(pay_points.c.id, districts.c.id)
        .order_by(districts.c.name_latin, pay_points.c.name_latin, pay_points.c.id)
        .limit(MOST_OFFERED + 1)
    )
    if district_id is not None:
        found = found.where(districts.c.id == district_id)
    rows = connection.execute(found).all()
    return Places(rows[:MOST_OFFERED], len(rows) <= MOST_OFFERED)


def _planned(statement: Select[Any], on: date) -> Select[Any]:
    return (
        statement.select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(*Which(due_on=on).conditions(desk()))
    )
