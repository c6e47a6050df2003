"""What may be answered to "I was not paid", ready to be sent: she reads it in her language."""

from datetime import date

from gateway.core.formats import format_short_date
from gateway.messaging.wordings import WORDINGS, Gettext, write

_BY_STATUS = {"paid": "answer_paid", "missed": "payment_missed"}


def ready_answer(
    due_on: date, status: str, case: int, *, locale: str, hotline: str, gettext: Gettext
) -> str:
    """The text that fits how the payment stands; no amount, nobody's name."""
    template = _BY_STATUS.get(status, "answer_looking")
    params = {"due_on": format_short_date(due_on), "hotline": hotline, "case": str(case)}
    return write(WORDINGS[template], params, locale, gettext)
