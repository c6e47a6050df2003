"""Reading people: a list of them, and all there is to know about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, url_for
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from gateway.console.kit.context import current_staff, now, one_or_404, scope, settings, today
from gateway.console.kit.counts import at_most
from gateway.console.kit.places import PLACES, name_columns
from gateway.core.caller import Place
from gateway.core.children import living
from gateway.core.health_schedule import due_visits
from gateway.core.programme import PROGRAMME
from gateway.finding.people import MOST_COUNTED, Wanted, wanted_people
from gateway.people.events import events_of
from gateway.registry.numbers import id_now, other_numbers
from gateway.registry.tables import (
    beneficiaries,
    callers,
    cases,
    optouts,
    pay_points,
    payments,
    visits,
)
from gateway.registry.visits import visits_made

AnyRow = Row[Any]


def people() -> Select[Any]:
    """Those whom the reader may see, each with the names of her places."""
    joined: Any = beneficiaries
    columns: list[Any] = [beneficiaries, *name_columns(**PLACES)]
    for name, table in PLACES.items():
        joined = joined.join(table, table.c.id == beneficiaries.c[f"{name}_id"])
    there = select(*columns).select_from(joined).where(beneficiaries.c.erased_at.is_(None))
    return scope(there, beneficiaries)


def one_person(connection: Connection, beneficiary_id: UUID) -> AnyRow:
    """The person with her places, or 404; the address of a row that was merged leads to hers."""
    row = connection.execute(people().where(beneficiaries.c.id == beneficiary_id)).one_or_none()
    if row is None:
        kept = id_now(connection, beneficiary_id)
        one_or_404(connection, people().where(beneficiaries.c.id == kept))
        abort(redirect(url_for(".show", beneficiary_id=kept)))
    return row


@dataclass(frozen=True, kw_only=True)
class Story:
    """What stands on the page about one person, beside her own row."""

    locale: str | None
    optouts: Sequence[str]
    numbers: Sequence[str]  # that mean her as well
    sharing: int
    payments: Sequence[AnyRow]
    done: Mapping[str, date]
    visits: Sequence[AnyRow]
    events: Sequence[AnyRow]
    due: Sequence[Any]
    cases: Sequence[AnyRow]


def story_of(connection: Connection, person: AnyRow) -> Story:
    """`locale` as her SMS are written in; `sharing`: how many others have her number."""
    done = visits_done(connection, person)
    return Story(
        locale=_chosen_locale(connection, person) or person.locale,
        optouts=_optouts(connection, person),
        numbers=other_numbers(connection, person.id),
        sharing=sharing(connection, person),
        payments=_payments(connection, person.id),
        done=done,
        visits=_visits(connection, person.id),
        events=events_of(connection, person.id),
        due=due_for(person, done),
        cases=_cases(connection, person.id),
    )


def visits_done(connection: Connection, person: AnyRow) -> dict[str, date]:
    """{visit: day} of the visits on record that all her children have had."""
    numbers = living(person.category, person.children)
    return visits_made(connection, {person.id: numbers})[person.id]


def _visits(connection: Connection, beneficiary_id: UUID) -> Sequence[AnyRow]:
    mine = select(visits).where(visits.c.beneficiary_id == beneficiary_id)
    return connection.execute(mine.order_by(visits.c.done_on, visits.c.visit, visits.c.child)).all()


def due_for(person: AnyRow, done: Mapping[str, date]) -> Sequence[Any]:
    """Visits that can still be made, as `gateway.core.caller.Visit`, earliest first."""
    return due_visits(
        rules=PROGRAMME.rules_on(today()),
        category=person.category,
        edd=person.edd,
        child_dob=person.child_dob,
        done=done,
        on=today(),
        health_centre=Place(person.health_centre, person.health_centre_latin),
        village=Place(person.village, person.village_latin),
        course_ended=person.course_ended_at is not None,
    )


def _chosen_locale(connection: Connection, person: AnyRow) -> str | None:
    chosen: str | None = connection.execute(
        select(callers.c.locale).where(callers.c.msisdn == person.msisdn)
    ).scalar_one_or_none()
    return chosen


def _optouts(connection: Connection, person: AnyRow) -> Sequence[str]:
    mine = select(optouts.c.category).where(optouts.c.msisdn == person.msisdn)
    return connection.execute(mine.order_by(optouts.c.category)).scalars().all()


def sharing(connection: Connection, person: AnyRow) -> int:
    """How many others have her number."""
    others = (beneficiaries.c.msisdn == person.msisdn) & (beneficiaries.c.id != person.id)
    counted = select(func.count()).select_from(beneficiaries).where(others)
    return connection.execute(counted).scalar_one()


def _payments(connection: Connection, beneficiary_id: UUID) -> Sequence[AnyRow]:
    return connection.execute(
        select(
            payments,
            *name_columns(pay_point=pay_points),
        )
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .where(payments.c.beneficiary_id == beneficiary_id)
        .order_by(payments.c.due_on.desc())
    ).all()


def _cases(connection: Connection, beneficiary_id: UUID) -> Sequence[AnyRow]:
    mine = select(cases).where(cases.c.beneficiary_id == beneficiary_id)
    return connection.execute(mine.order_by(cases.c.number.desc())).all()


def found(connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions on `beneficiaries`: those of the reader's who are `wanted`."""
    return wanted_people(connection, current_staff(), wanted, now=now(), zone=settings().zone)


def hits(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many there are, counted up to one above MOST_COUNTED."""
    return at_most(connection, select(beneficiaries.c.id).where(*conditions), MOST_COUNTED)


def locked(connection: Any, beneficiary_id: UUID) -> Any:
    """The row as it is now, and nobody else's until the end of the transaction."""
    wanted = select(beneficiaries).where(beneficiaries.c.id == beneficiary_id)
    return connection.execute(wanted.with_for_update()).one()


def visits_of_others(connection: Connection, person: Row[Any]) -> int:
    """Visits of a child that is not (any more) one of hers by her row."""
    children = person.children or [1]
    others = select(func.count()).where(
        visits.c.beneficiary_id == person.id, visits.c.child.not_in(children)
    )
    return connection.execute(others).scalar_one()
