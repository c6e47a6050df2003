"""What people are told by SMS because of a file: counted before anything is written."""

from datetime import date

from sqlalchemy import Connection, String, and_, case, cast, func, or_, select

from gateway.core.told import BETWEEN, NOTHING_IS_PAID
from gateway.messaging.tables import messages
from gateway.messaging.told import HAS_TOLD
from gateway.registry.imports.staging import Plan
from gateway.registry.tables import beneficiaries, payments


def corrections(connection: Connection, plan: Plan, names: frozenset[str], today: date) -> int:
    """Payments ahead of which somebody was told by SMS what would not be true any more."""
    if plan.kind == "payments":
        return _of_payments(connection, plan, names, today)
    return _of_people(connection, plan, names, today) if plan.kind == "beneficiaries" else 0


def _of_payments(connection: Connection, plan: Plan, names: frozenset[str], today: date) -> int:
    merging = plan.merging(names)
    day, status = merging.values["due_on"], merging.values["status"]
    place = merging.values["pay_point_id"]  # NULL while it is not made
    true_then = case(
        (or_(status == "cancelled", beneficiaries.c.status != "enrolled"), NOTHING_IS_PAID),
        else_=cast(day, String) + BETWEEN + func.coalesce(cast(place, String), ""),
    )
    told = messages.c.payment_id == payments.c.id
    found = (
        select(func.count(payments.c.id.distinct()))
        .select_from(merging.joined.join(messages, told))
        .where(
            merging.changed,
            HAS_TOLD,
            status.in_(("scheduled", "cancelled")),
            day >= today,
            messages.c.told != true_then,
        )
    )
    return connection.execute(found).scalar_one()


def _of_people(connection: Connection, plan: Plan, names: frozenset[str], today: date) -> int:
    """Those who would not be enrolled any more, and were told of a payment."""
    merging = plan.merging(names)
    leaves = and_(beneficiaries.c.status == "enrolled", merging.values["status"] != "enrolled")
    hers = payments.c.beneficiary_id == beneficiaries.c.id
    told = messages.c.payment_id == payments.c.id
    found = (
        select(func.count(payments.c.id.distinct()))
        .select_from(merging.joined.join(payments, hers).join(messages, told))
        .where(leaves, HAS_TOLD, payments.c.status == "scheduled", payments.c.due_on >= today)
        .where(messages.c.told != NOTHING_IS_PAID)
    )
    return connection.execute(found).scalar_one()
