"""What SMS have said of payments, read from the ledger; `gateway.core.told` says how it is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    union,
)

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


def told_days(connection: Connection, beneficiary_id: UUID, since: date) -> list[date]:
    """Her paydays to come, from `since` on, of which an SMS has told her."""
    told = select(messages.c.id).where(messages.c.payment_id == payments.c.id, HAS_TOLD)
    hers = select(payments.c.due_on).where(
        payments.c.beneficiary_id == beneficiary_id,
        payments.c.status == "scheduled",
        payments.c.due_on >= since,
        told.exists(),
    )
    return list(connection.execute(hers.distinct().order_by(payments.c.due_on)).scalars())


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


def told_otherwise(
    connection: Connection, today: date, *, changed_since: datetime | None = None
) -> list[UUID]:
    """Payments ahead that are not as an SMS named them: their ids.

    Compared with what is true now, not by times: an SMS may have been on its way while the payment
    changed. With `changed_since` only what has changed since then is looked at, itself or its
    woman; what became otherwise without such a change is found by a look at all.
    """
    differing = (
        select(payments.c.id)
        .distinct()
        .join(messages, messages.c.payment_id == payments.c.id)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            payments.c.status.in_(("scheduled", "cancelled")),
            payments.c.due_on >= today,
            HAS_TOLD,
            messages.c.told != _true_now(),
        )
    )
    if changed_since is not None:
        differing = differing.where(payments.c.id.in_(_changed(changed_since)))
    return list(connection.execute(differing).scalars())


def _changed(since: datetime) -> CompoundSelect[Any]:
    theirs = select(payments.c.id).join(
        beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
    )
    return union(
        select(payments.c.id).where(payments.c.updated_at >= since),
        theirs.where(beneficiaries.c.updated_at >= since),
    )


def as_told(
    connection: Connection, payment_ids: Sequence[UUID], today: date, zone: tzinfo
) -> list[tuple[Any, LastTold]]:
    """Rows of `payments`, with what the last SMS said of each."""
    rows = connection.execute(
        select(payments).where(one_of(connection, payments.c.id, payment_ids))
    ).all()
    today_from = datetime.combine(today, time.min, zone)
    told = last_told(connection, payment_ids, today_from=today_from)
    return [(row, told[row.id]) for row in rows if row.id in told]


def _true_now() -> ColumnElement[str]:
    """`Told.written` of a payment as it stands, whose beneficiary is joined.

    What is scheduled for somebody who is not enrolled any more is not paid either.
    """
    not_paid = or_(payments.c.status == "cancelled", beneficiaries.c.status != "enrolled")
    day, pay_point = cast(payments.c.due_on, String), cast(payments.c.pay_point_id, String)
    return case((not_paid, NOTHING_IS_PAID), else_=day + BETWEEN + pay_point)
