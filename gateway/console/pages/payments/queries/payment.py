"""One payment: whose it is, what was said of it, what was marked, and who complains."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, func, select

from gateway.console.kit.context import one_or_404, scope, settings
from gateway.console.kit.places import name_columns
from gateway.console.pages.payments.queries.desk import desk
from gateway.core.kinds import UNANSWERED
from gateway.messaging.tables import messages
from gateway.paydays.marking import still_holds
from gateway.paydays.tables import payment_lists, payment_marks
from gateway.registry.complaints import complains_of
from gateway.registry.tables import (
    beneficiaries,
    callers,
    cases,
    districts,
    pay_points,
    payments,
    villages,
)

_MOST = 50  # SMS, marks or cases of one payment
_marks = payment_marks.c


@dataclass(frozen=True)
class Story:
    """Newest first; a row of `marks` has `holds`, one of `complaints` `locale` and `may_answer`."""

    sms: Sequence[Row[Any]]
    marks: Sequence[Row[Any]]
    complaints: Sequence[Row[Any]]


def payment_or_404(connection: Connection, payment_id: UUID) -> Row[Any]:
    """The payment with the woman it is for."""
    found = (
        select(
            payments,
            beneficiaries.c.registration_no,
            beneficiaries.c.name,
            beneficiaries.c.name_latin,
            beneficiaries.c.district_id,
            beneficiaries.c.course_ended_reason,
            *name_columns(village=villages, district=districts, pay_point=pay_points),
        )
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .where(payments.c.id == payment_id)
    )
    return one_or_404(connection, scope(found, beneficiaries))


def story_of(connection: Connection, payment_id: UUID) -> Story:
    return Story(
        sms=connection.execute(
            select(messages)
            .where(messages.c.payment_id == payment_id)
            .order_by(messages.c.id.desc())
            .limit(_MOST)
        ).all(),
        marks=_marks_of(connection, payment_id),
        complaints=_complaints(connection, payment_id),
    )


def _marks_of(connection: Connection, payment_id: UUID) -> Sequence[Row[Any]]:
    return connection.execute(
        select(
            payment_marks,
            payment_lists.c.who,
            payment_lists.c.at,
            still_holds(desk()).label("holds"),
        )
        .select_from(
            payment_marks.join(payment_lists, payment_lists.c.id == _marks.list_id)
            .join(payments, payments.c.id == _marks.payment_id)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        )
        .where(_marks.payment_id == payment_id)
        .order_by(_marks.list_id.desc())
        .limit(_MOST)
    ).all()


def _complaints(connection: Connection, payment_id: UUID) -> Sequence[Row[Any]]:
    former = beneficiaries.alias("former")
    disowned = exists().where(
        former.c.msisdn == cases.c.msisdn, former.c.msisdn_disowned_at.is_not(None)
    )
    may_answer = (
        cases.c.msisdn.startswith("+") & ~disowned & cases.c.kind.not_in(map(str, UNANSWERED))
    )
    return connection.execute(
        select(
            cases,
            func.coalesce(callers.c.locale, settings().default_locale).label("locale"),
            may_answer.label("may_answer"),
        )
        .select_from(payments)
        .join(cases, complains_of(connection, settings().zone))
        .outerjoin(callers, callers.c.msisdn == cases.c.msisdn)
        .where(payments.c.id == payment_id)
        .order_by(cases.c.number.desc())
        .limit(_MOST)
    ).all()
