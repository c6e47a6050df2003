"""Who is to be paid soon and will not hear of it by SMS: somebody has to tell them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, or_, select

from gateway.console.kit.context import current_staff, hours, now, reading, scope, settings, today
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.pages.reports.words import WHY
from gateway.core.consent import EVERYTHING
from gateway.core.programme import PROGRAMME
from gateway.core.reminder_records import MOST_MOVED, moved
from gateway.messaging.tables import messages
from gateway.messaging.unreachable import failing_numbers
from gateway.registry.bulk import one_of
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    optouts,
    pay_points,
    payments,
    villages,
)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """`district_id` None where there is no district at all; `until` is the last payday."""

    district_id: int | None
    village_id: int | None
    until: date


def listed(connection: Connection, chosen: Chosen) -> Select[Any]:
    """The people, by village; `why` is a key of WHY."""
    why = _why(connection, _failing(connection, chosen))
    statement = (
        select(
            beneficiaries,
            payments.c.due_on,
            why.label("why"),
            *name_columns(village=villages, health_centre=health_centres, pay_point=pay_points),
        )
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(health_centres, health_centres.c.id == beneficiaries.c.health_centre_id)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(*_to_be_paid(chosen), why.is_not(None))
    )
    return scope(statement, beneficiaries)


def _to_be_paid(chosen: Chosen) -> list[ColumnElement[bool]]:
    """Everybody for whom a payment is planned; who has left the programme needs no word of it."""
    conditions = [
        beneficiaries.c.district_id == chosen.district_id,
        beneficiaries.c.status.not_in(("rejected", "exited")),
        payments.c.status == "scheduled",
        payments.c.due_on >= today(),
        payments.c.due_on <= chosen.until,
    ]
    if chosen.village_id is not None:
        conditions.append(beneficiaries.c.village_id == chosen.village_id)
    return conditions


def _failing(connection: Connection, chosen: Chosen) -> set[str]:
    numbers = (
        select(beneficiaries.c.msisdn)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .where(*_to_be_paid(chosen), beneficiaries.c.msisdn.is_not(None))
        .distinct()
    )
    among = connection.execute(numbers).scalars().all()
    return failing_numbers(connection, now=now(), zone=settings().zone, among=among)


def may_name() -> bool:
    """A list without names is of no use in a village; looking at it is in the audit log."""
    return current_staff().may("beneficiary.unmask")


def lines(chosen: Chosen) -> Iterator[list[Any]]:
    """For the CSV, in the order of the page."""
    with reading() as connection:
        statement = listed(connection, chosen)
        ordered = statement.order_by(beneficiaries.c.village_id, beneficiaries.c.registration_no)
        for row in connection.execution_options(yield_per=1000).execute(ordered):
            yield [
                place(row, "village"),
                row.registration_no,
                row.name,
                place(row, "health_centre"),
                row.due_on.isoformat(),
                place(row, "pay_point"),
                gettext(WHY[row.why]),
                row.helper_msisdn,
            ]


def _why(connection: Connection, failing: set[str]) -> ColumnElement[str | None]:
    theirs = messages.c.payment_id.in_(_told_together())
    lost = select(messages.c.id).where(
        theirs, messages.c.state.in_(("failed", "expired", "refused", "unknown"))
    )
    under_way = select(messages.c.id).where(
        theirs,
        messages.c.state.in_(("delivered", "accepted", "queued", "claimed", "sending")),
    )
    opted_out = select(optouts.c.msisdn).where(
        optouts.c.msisdn == beneficiaries.c.msisdn,
        or_(optouts.c.category == "payment", optouts.c.category == EVERYTHING),
    )
    return case(
        (beneficiaries.c.msisdn.is_(None), "no_number"),
        (beneficiaries.c.msisdn_disowned_at.is_not(None), "number_disowned"),
        (beneficiaries.c.status != "enrolled", "not_eligible"),
        (beneficiaries.c.consent_payment.is_(False), "no_consent"),
        (opted_out.exists(), "opted_out"),
        (districts.c.paused_at.is_not(None), "district_paused"),
        (one_of(connection, beneficiaries.c.msisdn, failing), "failing"),
        (and_(lost.exists(), ~under_way.exists()), "failed"),
        (and_(payments.c.due_on.in_(_too_late()), ~under_way.exists()), "no_reminder"),
        else_=None,
    )


def _told_together() -> Select[Any]:
    """The payments that one SMS speaks of: of all who share the handset, on one day at one place.

    Whoever got no SMS of her own was told by that of another, if it arrived.
    """
    hers, other = beneficiaries.alias("with_her"), payments.alias("paid_with_hers")
    return (
        select(other.c.id)
        .join(hers, hers.c.id == other.c.beneficiary_id)
        .where(
            hers.c.msisdn == beneficiaries.c.msisdn,
            other.c.due_on == payments.c.due_on,
            other.c.pay_point_id == payments.c.pay_point_id,
        )
        .correlate(beneficiaries, payments)
    )


def _too_late() -> list[date]:
    """The paydays ahead whose last reminder should have gone out on a day before today."""
    rules = PROGRAMME.rules_on(today())
    lead = timedelta(days=rules.last_payment_reminder_days)
    days = [today() + timedelta(days=ahead) for ahead in range((lead + MOST_MOVED).days)]
    return [day for day in days if moved(day - lead, rules, hours()).date() < today()]
