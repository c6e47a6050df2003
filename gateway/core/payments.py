"""Which payment comes next, which was the last; payment cycles."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import structs

from gateway.core.caller import Payment
from gateway.core.errors import GatewayError
from gateway.core.programme import Rules
from gateway.core.programme_file import add_months

CANCELLED_IS_NEWS = timedelta(days=60)  # after the day on which it would have been paid
_CYCLE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class CycleError(GatewayError):
    """The text is no cycle; the sentence quotes it."""


def next_and_last(
    payments: Iterable[Payment], *, on: date
) -> tuple[Payment | None, Payment | None]:
    """The next payment and the last one, of one beneficiary, seen from the day `on`.

    Next is the earliest scheduled one due today or later. Last is the latest that was paid or
    missed, or whose day has passed without a word of what became of it: that one stays scheduled
    until its result is imported, and stays the last one, however long that takes, until a later
    one is. A cancelled payment is neither.

    Arrears that are paid on the same day at the same place come with the next: its `amount` is the
    sum.
    """
    by_day = sorted(payments, key=lambda payment: (payment.due_on, payment.cycle))
    scheduled = [payment for payment in by_day if payment.status == "scheduled"]
    ahead = [payment for payment in scheduled if payment.due_on >= on]
    behind = [payment for payment in by_day if _is_behind(payment, on)]
    coming = ahead[0] if ahead else None
    return coming and _with_arrears(coming, scheduled), behind[-1] if behind else None


def cancelled(payments: Iterable[Payment], *, on: date) -> Payment | None:
    """The latest cancelled payment, while that is news on the day `on`.

    She was told of it by an SMS that asks her to dial. It is none any more once a later payment is
    behind, or CANCELLED_IS_NEWS after its day.
    """
    known = list(payments)
    recent = [
        one for one in known if one.status == "cancelled" and on - one.due_on <= CANCELLED_IS_NEWS
    ]
    if not recent:  # as nearly always
        return None
    _coming, last = next_and_last(known, on=on)
    since = last.due_on if last else date.min
    news = [one for one in recent if one.due_on > since]
    return max(news, key=lambda one: (one.due_on, one.cycle), default=None)


def _is_behind(payment: Payment, on: date) -> bool:
    passed = payment.status == "scheduled" and payment.due_on < on
    return passed or payment.status in {"paid", "missed"}


def _with_arrears(coming: Payment, scheduled: Iterable[Payment]) -> Payment:
    """What she is handed out in one go, under the id and cycle of `coming`."""
    amounts = (
        one.amount
        for one in scheduled
        if (one.due_on, one.pay_point) == (coming.due_on, coming.pay_point)
    )
    return structs.replace(coming, amount=sum(amounts))


def first_of_cycle(cycle: str) -> date:
    """The first day of a cycle ("2026-11"); raises CycleError."""
    match = _CYCLE.fullmatch(cycle)
    if match is None or match[1] == "0000":
        raise CycleError(f"{cycle!r} is no cycle: write the first month as 2026-11")
    return date(int(match[1]), int(match[2]), 1)


def cycle_after(cycle: str, *, rules: Rules) -> str:
    """The cycle that follows, `rules.cycle_months` later; raises CycleError."""
    return f"{add_months(first_of_cycle(cycle), rules.cycle_months):%Y-%m}"
