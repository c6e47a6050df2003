"""Lists of payments that were marked by hand."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from gateway.console.kit.context import one_or_404, scope
from gateway.console.kit.places import name_columns
from gateway.console.pages.payments.queries.desk import desk
from gateway.paydays.marking import still_holds
from gateway.paydays.tables import payment_lists, payment_marks
from gateway.registry.tables import beneficiaries, pay_points, payments

_marks = payment_marks.c


def list_or_404(connection: Connection, list_id: UUID) -> Row[Any]:
    """The list, if the reader may see anybody on it."""
    hers = (
        scope(select(_marks.list_id), payments)
        .join(payments, payments.c.id == _marks.payment_id)
        .where(_marks.list_id == payment_lists.c.id)
    )
    found = (
        select(payment_lists, *name_columns(pay_point=pay_points))
        .outerjoin(pay_points, pay_points.c.id == payment_lists.c.pay_point_id)
        .where(payment_lists.c.id == list_id, hers.exists())
    )
    return one_or_404(connection, found)


def missed_of(list_id: UUID) -> ColumnElement[bool]:
    """Whether a payment was marked as missed by the list, and nobody has taken that back."""
    marked = select(_marks.payment_id).where(
        _marks.list_id == list_id, _marks.became == "missed", _marks.taken_back_at.is_(None)
    )
    return payments.c.id.in_(marked)


def mark_counts(connection: Connection, list_id: UUID) -> Row[*tuple[int, ...]]:
    """Payments that became `paid` or `missed`; that were `taken_back`, or can be (`hold`)."""
    counted = (
        select(
            func.count(case((_marks.became == "paid", 1))).label("paid"),
            func.count(case((_marks.became == "missed", 1))).label("missed"),
            func.count(_marks.taken_back_at).label("taken_back"),
            func.count(case((still_holds(desk()), 1))).label("hold"),
        )
        .select_from(
            payment_marks.join(payments, payments.c.id == _marks.payment_id).join(
                beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
            )
        )
        .where(_marks.list_id == list_id)
    )
    return connection.execute(counted).one()
