"""Beneficiaries as the planning of reminders sees them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select

from gateway.core.children import living
from gateway.core.msisdn import Msisdn
from gateway.core.reminder_records import DuePayment, Person
from gateway.registry.bulk import one_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import beneficiaries, districts, optouts, payments
from gateway.registry.visits import visits_made

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Reached:
    """A person with a number, the language she reads, if she chose one, and whether by a PIN."""

    person: Person
    locale: str | None
    has_pin: bool = False


def people_of(
    connection: Connection, ids: Collection[UUID], *, due: tuple[date, date]
) -> list[Reached]:
    """Who of `ids` has a number, with the payments between the two days of `due`, both included.

    A village's people follow each other: their reminders read the same and travel together.
    """
    theirs = one_of(connection, beneficiaries.c.id, ids)
    return list(_people(connection, theirs, payments.c.due_on.between(*due)))


def people_by_id(
    connection: Connection, ids: Collection[UUID], *, due: tuple[date, date]
) -> dict[UUID, Reached]:
    """The same, by their ids."""
    found = people_of(connection, ids, due=due)
    return {UUID(one.person.beneficiary_id): one for one in found}


def _people(
    connection: Connection, theirs: ColumnElement[bool], in_time: ColumnElement[bool]
) -> Iterator[Reached]:
    rows = connection.execute(
        select(beneficiaries, districts.c.paused_at)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(theirs, beneficiaries.c.msisdn.is_not(None))
        .order_by(beneficiaries.c.village_id, beneficiaries.c.id)
    ).all()
    ids = [row.id for row in rows]
    due: dict[UUID, list[DuePayment]] = defaultdict(list)
    for row in connection.execute(
        select(payments).where(one_of(connection, payments.c.beneficiary_id, ids), in_time)
    ):
        due[row.beneficiary_id].append(due_payment(row))
    done = visits_made(connection, {row.id: living(row.category, row.children) for row in rows})
    left: dict[str, set[str]] = defaultdict(set)
    numbers = {row.msisdn for row in rows}
    for row in connection.execute(
        select(optouts).where(one_of(connection, optouts.c.msisdn, numbers))
    ):
        left[row.msisdn].add(row.category)
    for row in rows:
        person = _person(row, due[row.id], done[row.id], left[row.msisdn])
        yield Reached(person, row.locale, row.pin_hash is not None)


def due_payment(row: AnyRow) -> DuePayment:
    """A row of `payments` as the planning sees it."""
    return DuePayment(
        id=str(row.id), due_on=row.due_on, status=row.status, pay_point_id=row.pay_point_id
    )


def _person(row: AnyRow, due: list[DuePayment], done: Mapping[str, date], left: set[str]) -> Person:
    return Person(
        beneficiary_id=str(row.id),
        msisdn=Msisdn(row.msisdn),
        standing=standing_of(row, left),
        village=str(row.village_id),
        health_centre=str(row.health_centre_id),
        category=row.category,
        edd=row.edd,
        child_dob=row.child_dob,
        done=done,
        payments=tuple(due),
    )
