"""What may be answered to "I was not paid", ready to be sent: she reads it in her language."""

from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.core.formats import format_short_date
from gateway.messaging.wordings import WORDINGS, Gettext, write
from gateway.registry.tables import beneficiaries, payments

_BY_STATUS = {"paid": "answer_paid", "missed": "payment_missed"}


def ready_answer(
    due_on: date, status: str, case: int, *, locale: str, hotline: str, gettext: Gettext
) -> str:
    """The text that fits how the payment stands; no amount, nobody's name."""
    template = _BY_STATUS.get(status, "answer_looking")
    params = {"due_on": format_short_date(due_on), "hotline": hotline, "case": str(case)}
    return write(WORDINGS[template], params, locale, gettext)


def payments_stand(connection: Connection, beneficiary_id: UUID | None) -> str:
    """A short sign that is another one as soon as something that an answer may say of her payments
    has changed; empty where nobody knows whose case it is."""
    if beneficiary_id is None:
        return ""
    hers = (
        select(
            payments.c.id, payments.c.status, payments.c.due_on, payments.c.pay_point_id,
            beneficiaries.c.status, beneficiaries.c.course_ended_reason,
        )
        .select_from(beneficiaries.outerjoin(payments))
        .where(beneficiaries.c.id == beneficiary_id)
        .order_by(payments.c.id)
    )  # fmt: skip
    said = [tuple(map(str, row)) for row in connection.execute(hers)]
    return sha256(repr(said).encode()).hexdigest()[:16]
