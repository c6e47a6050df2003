"""What points at a place: what a merge brings along, and what is in the way of retiring it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement as Condition
from sqlalchemy import Connection, and_, case, func, select

from gateway.messaging.tables import broadcasts
from gateway.places.desk import Desk
from gateway.places.records import Place, is_in_district
from gateway.registry.tables import beneficiaries, cases, districts, payments
from gateway.staff.tables import staff_users

ENDED = ("rejected", "exited")
_OVER = ("done", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Dependants:
    """`people` of any status, `living` those whose grant has not ended; payments and cases that
    are open, accounts that sign in, broadcasts (rows) that are not over."""

    people: int
    living: int
    payments: int
    cases: int
    accounts: int
    broadcasts: Sequence[Any]

    @property
    def in_the_way(self) -> bool:
        """Of retiring the place."""
        return bool(self.living or self.payments or self.accounts or self.broadcasts)


def dependants(connection: Connection, place: Place, desk: Desk) -> Dependants:
    theirs = people_at(place)
    living = case((beneficiaries.c.status.not_in(ENDED), 1))
    counted = select(func.count().label("people"), func.count(living).label("living"))
    people = connection.execute(counted.where(theirs)).one()
    return Dependants(
        people=people.people,
        living=people.living,
        payments=_payments(connection, place, desk),
        cases=_open_cases(connection, theirs),
        accounts=_accounts(connection, place),
        broadcasts=_broadcasts(connection, place),
    )


def people_at(place: Place) -> Condition[bool]:
    """Whose place it is."""
    if place.kind == "province":
        return beneficiaries.c.district_id.in_(_districts_of(place))
    here: Condition[bool] = beneficiaries.c[f"{place.kind}_id"] == place.id
    if not is_in_district(place.kind):
        return here
    # By an index: everybody of a place in a district is of that district.
    return and_(here, beneficiaries.c.district_id == place.district_id)


def _districts_of(place: Place) -> Any:
    return select(districts.c.id).where(districts.c.province == place.name)


def _payments(connection: Connection, place: Place, desk: Desk) -> int:
    """To come: to be made at a pay point, to the people of any other place."""
    to_come = (payments.c.status == "scheduled", payments.c.due_on >= desk.today)
    counted = select(func.count()).select_from(payments).where(*to_come)
    if place.kind == "pay_point":
        here = counted.where(payments.c.pay_point_id == place.id)
    else:
        whose = payments.c.beneficiary_id == beneficiaries.c.id
        here = counted.join(beneficiaries, whose).where(people_at(place))
    return connection.execute(here).scalar_one()


def _open_cases(connection: Connection, theirs: Condition[bool]) -> int:
    whose = cases.c.beneficiary_id == beneficiaries.c.id
    counted = select(func.count()).select_from(cases).join(beneficiaries, whose)
    return connection.execute(counted.where(theirs, cases.c.state == "open")).scalar_one()


def _accounts(connection: Connection, place: Place) -> int:
    if place.kind == "province":
        there: Condition[bool] = staff_users.c.district_id.in_(_districts_of(place))
    elif place.kind in {"district", "health_centre"}:
        there = staff_users.c[f"{place.kind}_id"] == place.id
    else:
        return 0
    counted = select(func.count()).select_from(staff_users).where(there, staff_users.c.active)
    return connection.execute(counted).scalar_one()


def _broadcasts(connection: Connection, place: Place) -> Sequence[Any]:
    """Those whose audience names it; broadcasts are few."""
    if place.kind == "province":
        ids = set(connection.execute(_districts_of(place)).scalars())
        kind = "district"
    else:
        ids, kind = {place.id}, place.kind
    unfinished = select(broadcasts).where(broadcasts.c.state.not_in(_OVER))
    rows = connection.execute(unfinished.order_by(broadcasts.c.id)).all()
    return [row for row in rows if ids & set(row.audience.get(kind, ()))]
