"""Which payments fall on which day, counted by the database."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from gateway.console.kit.context import scope
from gateway.console.kit.places import name_columns
from gateway.registry.tables import beneficiaries, districts, pay_points, payments, villages

GROUP_KEY = (payments.c.pay_point_id, beneficiaries.c.village_id, payments.c.cycle)
_STATUSES = ("scheduled", "paid", "missed", "cancelled")


@dataclass
class Day:
    """What is paid on a day; `places` are ids of pay points."""

    places: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def month_days(connection: Connection, first: date) -> Mapping[date, Day]:
    """The days of the month that begins on `first` on which something is paid."""
    next_month = (first + timedelta(days=31)).replace(day=1)
    key = (payments.c.due_on, payments.c.pay_point_id, payments.c.status)
    grouped = (
        scope(select(*key, func.count().label("people")), payments)
        .where(payments.c.due_on >= first, payments.c.due_on < next_month)
        .group_by(*key)
    )
    days: dict[date, Day] = defaultdict(Day)
    for row in connection.execute(grouped):
        days[row.due_on].places.add(row.pay_point_id)
        days[row.due_on].counts[row.status] += row.people
    return days


def weeks_of(first: date) -> Sequence[Sequence[date]]:
    """The weeks of a month, Monday first; days of its neighbours fill them up."""
    return Calendar().monthdatescalendar(first.year, first.month)


def groups_on(on: date) -> Select[Any]:
    """The payments of a day by pay point, village and cycle, counted by status."""
    counts = [
        func.count(case((payments.c.status == status, 1))).label(status) for status in _STATUSES
    ]
    names = name_columns(pay_point=pay_points, village=villages, district=districts)
    return (
        scope(select(*GROUP_KEY, *names, *counts), payments)
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .where(payments.c.due_on == on)
        .group_by(*GROUP_KEY, pay_points.c.id, villages.c.id, districts.c.id)
    )
