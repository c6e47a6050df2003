"""What stands beside a case: the woman it is of, her payments, visits and earlier cases, and what
could be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from gateway.casework.answers import Ready, ready_answers
from gateway.casework.mothers import woman_numbered, woman_written_of, women_of
from gateway.casework.reading import Case
from gateway.console.kit.context import current_staff, dependencies, scope, settings, today
from gateway.console.kit.places import name_columns
from gateway.console.pages.cases.queries.ready import kept_for
from gateway.paydays.answers import payments_stand
from gateway.registry.queries import beneficiary_by_registration_no
from gateway.registry.tables import beneficiaries, cases, pay_points, payments, visits
from gateway.staff.confinement import conditions

_MOST_EARLIER, _MOST_PAYMENTS = 10, 6
Rows = Sequence[Row[Any]]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """`women` have the number, of the reader's, or are `written` of by their registration number;
    `woman` is whose case it is, or the only one who has it: then `by_number`. `earlier` are other
    cases, hers or the number's."""

    women: Rows
    written: Row[Any] | None
    woman: Row[Any] | None
    by_number: bool
    payments: Rows
    visits: Mapping[str, date]
    earlier: Rows


def beside(connection: Connection, case: Case) -> Beside:
    """All of it within what the reader may see."""
    mine = conditions(beneficiaries, current_staff())
    women = women_of(connection, case.msisdn, *mine) if case.from_phone else ()
    woman = None
    if case.registration_no is not None:
        woman = woman_numbered(connection, case.registration_no, *mine)
    elif len(women) == 1 and women[0].msisdn_disowned_at is None:
        woman = women[0]
    whose = woman.id if woman else None
    written = woman_written_of(connection, case.text, *mine)
    if written is not None and written.id not in {one.id for one in women}:
        women = (*women, written)
    return Beside(
        women=women,
        written=written,
        woman=woman,
        by_number=woman is not None and case.beneficiary_id is None,
        payments=_payments(connection, whose) if whose else (),
        visits=_visits(connection, whose) if whose else {},
        earlier=_earlier(connection, case, whose),
    )


def stands_of(connection: Connection, case: Case) -> str:
    """How the payments stand that an answer may speak of: see `payments_stand`."""
    woman = beside(connection, case).woman
    return payments_stand(connection, woman.id if woman else None)


def answers_for(
    connection: Connection, case: Case, woman: Row[Any] | None, locale: str
) -> list[Ready]:
    """In `locale`, those that are true of this case, and the staff's own."""
    # To a woman who has died nothing is said of her payments: others have her phone.
    alive = woman is not None and woman.course_ended_reason != "mother_died"
    number = woman.registration_no if woman is not None and alive else None
    known = beneficiary_by_registration_no(connection, number, on=today()) if number else None
    numbers = {"hotline": settings().hotline, "service_code": settings().ussd_service_code}
    built_in = ready_answers(
        case.kind,
        case.number,
        known,
        locale=locale,
        gettext=dependencies().gettext[locale],
        service=numbers,
    )
    return [*built_in, *kept_for(connection, case.district_id, locale)]


def _payments(connection: Connection, whose: UUID) -> Rows:
    mine = (
        select(payments, *name_columns(pay_point=pay_points))
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .where(payments.c.beneficiary_id == whose)
    )
    return connection.execute(mine.order_by(payments.c.due_on.desc()).limit(_MOST_PAYMENTS)).all()


def _visits(connection: Connection, whose: UUID) -> dict[str, date]:
    mine = select(visits.c.visit, visits.c.done_on).where(visits.c.beneficiary_id == whose)
    return {row.visit: row.done_on for row in connection.execute(mine.order_by(visits.c.done_on))}


def _earlier(connection: Connection, case: Case, whose: UUID | None) -> Rows:
    same = [cases.c.msisdn == case.msisdn]
    if whose is not None:
        same.append(cases.c.beneficiary_id == whose)
    others = scope(select(cases), cases).where(cases.c.number != case.number, or_(*same))
    return connection.execute(others.order_by(cases.c.number.desc()).limit(_MOST_EARLIER)).all()
