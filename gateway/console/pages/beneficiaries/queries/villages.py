"""A village's people on one sheet, for the health worker to take along, and who is not reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from gateway.console.kit.context import current_staff, now, reading, settings, today
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.pages.beneficiaries.queries.people import due_for, people
from gateway.console.pages.beneficiaries.words import WHY_UNREACHABLE
from gateway.core.children import living
from gateway.core.lao_text import tidy_name
from gateway.messaging.unreachable import failing_numbers, unreachable, why_unreachable
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, districts, payments, villages
from gateway.registry.visits import visits_made
from gateway.staff.confinement import conditions

ENDED = ("rejected", "exited")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person of the sheet; `visits` are due by now or within four weeks."""

    person: Any
    why: str | None
    visits: Sequence[Any]
    payment: Any | None


def villages_with_people(name: str | None) -> Select[Any]:
    """Villages where the reader has people, each with how many and how many without a number."""
    without = case(
        (or_(beneficiaries.c.msisdn.is_(None), beneficiaries.c.msisdn_disowned_at.is_not(None)), 1)
    )
    mine = conditions(beneficiaries, current_staff())
    numbers = [
        select(func.count(count))
        .where(
            beneficiaries.c.village_id == villages.c.id,
            beneficiaries.c.status.not_in(ENDED),
            *mine,
        )
        .correlate(villages)
        .scalar_subquery()
        .label(label)
        for label, count in (("people", beneficiaries.c.id), ("without", without))
    ]
    there = select(beneficiaries.c.id).where(beneficiaries.c.village_id == villages.c.id, *mine)
    statement = (
        select(
            villages,
            *name_columns(district=districts),
            *numbers,
        )
        .join(districts, districts.c.id == villages.c.district_id)
        .where(there.exists())
    )
    return statement.where(_called(name)) if name else statement


def _called(name: str) -> Any:
    tidy = tidy_name(name)
    return or_(
        villages.c.name.startswith(tidy, autoescape=True),
        func.lower(villages.c.name_latin).startswith(tidy.lower(), autoescape=True),
    )


def sheet(connection: Connection, village_id: int) -> list[Line]:
    """The people of a village whose grant has not ended, by name."""
    rows = connection.execute(
        people()
        .where(beneficiaries.c.village_id == village_id, beneficiaries.c.status.not_in(ENDED))
        .order_by(beneficiaries.c.name, beneficiaries.c.id)
    ).all()
    ids = [row.id for row in rows]
    numbers = {row.msisdn for row in rows if row.msisdn}
    failing = failing_numbers(connection, now=now(), zone=settings().zone, among=numbers)
    children = {row.id: living(row.category, row.children) for row in rows}
    done, coming = visits_made(connection, children), _payments(connection, ids)
    return [
        Line(
            person=row,
            why=why_unreachable(row.msisdn, row.msisdn_disowned_at, failing),
            visits=[one for one in due_for(row, done.get(row.id, {})) if _is_near(one.due_on)],
            payment=coming.get(row.id),
        )
        for row in rows
    ]


def _is_near(due_on: date) -> bool:
    return (due_on - today()).days <= 28


def _payments(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """The next planned payment of each."""
    ahead = and_(payments.c.status == "scheduled", payments.c.due_on >= today())
    rows = connection.execute(
        select(payments)
        .where(one_of(connection, payments.c.beneficiary_id, ids), ahead)
        .order_by(payments.c.due_on.desc())
    )
    return {row.beneficiary_id: row for row in rows}


def unreachable_lines() -> Iterator[Sequence[Any]]:
    """Everybody of the reader's without a working number, for a download."""
    mine = conditions(beneficiaries, current_staff())
    with reading() as connection:
        for one in unreachable(connection, now=now(), zone=settings().zone, whose=mine):
            yield (
                one.registration_no,
                one.name,
                one.district,
                one.village,
                one.health_centre,
                one.msisdn,
                one.helper_msisdn,
                gettext(WHY_UNREACHABLE[one.why]),
            )
