"""Women of whom files say that one cycle was paid under both of their numbers: a list for staff.

A merge leaves one payment of a cycle. That money went out twice is remembered until somebody has
seen to it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select, update

from gateway.people.desk import Desk
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.tables import beneficiaries, payments

_other = dropped_payments.c


def paid_twice(*columns: Any, joined: Any = None) -> Select[Any]:
    """Rows of `dropped_payments` that nobody has seen to, with the payment that stayed
    (`cycle`, `kept_due_on`, `kept_amount`) and `columns`; `joined` adds to their tables."""
    tables = dropped_payments.join(payments, payments.c.id == _other.payment_id).join(
        beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
    )
    return (
        select(
            dropped_payments,
            payments.c.cycle,
            payments.c.due_on.label("kept_due_on"),
            payments.c.amount.label("kept_amount"),
            payments.c.beneficiary_id,
            beneficiaries.c.district_id,
            beneficiaries.c.registration_no.label("number_now"),
            *columns,
        )
        .select_from(tables if joined is None else joined(tables))
        .where(_other.status == "paid", payments.c.status == "paid", _other.settled_at.is_(None))
        .order_by(_other.at.desc(), _other.id)
    )


def settle(connection: Connection, dropped_id: UUID, desk: Desk) -> UUID | None:
    """It has been seen to; of whom. None where the actor may not see her, or it is settled."""
    mine = paid_twice().where(_other.id == dropped_id, *desk.within(beneficiaries))
    row = connection.execute(mine.with_for_update(of=dropped_payments)).one_or_none()
    if row is None:
        return None
    seen_to = {"settled_at": desk.now, "settled_by": desk.actor.name}
    connection.execute(update(dropped_payments).where(_other.id == dropped_id).values(seen_to))
    changes = {"paid_twice": (f"{row.cycle}: {row.kept_amount} + {row.amount}", None)}
    desk.record(
        connection, "beneficiary.paid_twice_settled", row.beneficiary_id, row.district_id, changes
    )
    whose: UUID = row.beneficiary_id
    return whose
