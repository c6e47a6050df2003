"""What SMS have said of payments, read from the ledger; `gateway.core.told` says how it is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, String, and_, case, cast, func, or_, select

from gateway.core.payment_reminders import TAKES_BACK
from gateway.core.told import BETWEEN, NOTHING_IS_PAID, LastTold, Told
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, payments

CORRECTIONS = frozenset({"payment_changed", *TAKES_BACK})
# A handset that got one SMS for two people was told for both.
HAS_TOLD = and_(
    messages.c.told.is_not(None),
    or_(
        state_is("sending", "accepted", "unknown", "delivered"),
        and_(state_is("suppressed"), messages.c.reason == "duplicate"),
    ),
)
# Taken back before it went out: the payment was right again for a while, or her district paused.
_UNSENT_CORRECTION = and_(
    messages.c.template.in_(CORRECTIONS),
    state_is("suppressed", "cancelled"),
    messages.c.reason.is_distinct_from("duplicate"),
)


def last_told(
    connection: Connection, payment_ids: Sequence[UUID], *, today_from: datetime
) -> Mapping[UUID, LastTold]:
    """What the last SMS about each payment said, of those about which there was one."""
    at = func.coalesce(messages.c.sent_at, messages.c.updated_at)
    rows = connection.execute(
        select(
            messages.c.id,
            messages.c.payment_id,
            messages.c.told,
            messages.c.template,
            at.label("at"),
        )
        .where(one_of(connection, messages.c.payment_id, payment_ids), HAS_TOLD)
        .order_by(at)
    ).all()
    unsent = Counter(
        connection.execute(
            select(messages.c.payment_id).where(
                one_of(connection, messages.c.payment_id, payment_ids), _UNSENT_CORRECTION
            )
        ).scalars()
    )
    today = Counter(
        row.payment_id for row in rows if row.template in CORRECTIONS and row.at >= today_from
    )
    return {
        row.payment_id: LastTold(
            told=told,
            by=row.id.hex,
            today=today[row.payment_id],
            unsent=unsent[row.payment_id],
        )
        for row in rows
        if (told := Told.read(row.told)) is not None
    }


def told_otherwise(connection: Connection, today: date, zone: tzinfo) -> list[tuple[Any, LastTold]]:
    """Payments ahead that are not as an SMS named them, with what the last one said.

    Compared with what is true now, not by times: an SMS may have been on its way while the payment
    changed.
    """
    differing = connection.execute(
        select(payments)
        .distinct()
        .join(messages, messages.c.payment_id == payments.c.id)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            payments.c.status.in_(("scheduled", "cancelled")),
            payments.c.due_on >= today,
            HAS_TOLD,
            messages.c.told != _true_now(),
        )
    ).all()
    ids = [row.id for row in differing]
    today_from = datetime.combine(today, time.min, zone)
    told = last_told(connection, ids, today_from=today_from) if ids else {}
    return [(row, told[row.id]) for row in differing if row.id in told]


def _true_now() -> ColumnElement[str]:
    """`Told.written` of a payment as it stands, whose beneficiary is joined.

    What is scheduled for somebody who is not enrolled any more is not paid either.
    """
    not_paid = or_(payments.c.status == "cancelled", beneficiaries.c.status != "enrolled")
    day, pay_point = cast(payments.c.due_on, String), cast(payments.c.pay_point_id, String)
    return case((not_paid, NOTHING_IS_PAID), else_=day + BETWEEN + pay_point)
