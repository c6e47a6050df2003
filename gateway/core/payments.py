"""Which payment comes next, which was the last; payment cycles."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import structs

from gateway.core.caller import Payment
from gateway.core.errors import GatewayError
from gateway.core.programme import Rules
from gateway.core.programme_file import add_months

_CYCLE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class CycleError(GatewayError):
    """The text is no cycle; the sentence quotes it."""


def next_and_last(
    payments: Iterable[Payment], *, on: date, rules: Rules
) -> tuple[Payment | None, Payment | None]:
    """The next payment and the last one settled, of one beneficiary, seen from the day `on`.

    Next is the earliest scheduled one due today or later. Where there is none, it is the latest
    scheduled one whose day has passed at most `rules.awaiting_result_days` ago: its result has not
    been imported yet, and "no date yet" would be wrong (see `awaits_result`). One that is older
    counts no more until staff settle it. Last is the latest that was paid or missed; a cancelled
    payment is neither.

    Arrears that are paid on the same day at the same place come with it: `amount` is the sum.
    """
    by_day = sorted(payments, key=lambda payment: (payment.due_on, payment.cycle))
    scheduled = [payment for payment in by_day if payment.status == "scheduled"]
    settled = [payment for payment in by_day if payment.status in {"paid", "missed"}]
    ahead = [payment for payment in scheduled if payment.due_on >= on]
    awaited = [payment for payment in scheduled if awaits_result(payment, on=on, rules=rules)]
    coming = ahead[0] if ahead else _latest(awaited)
    return coming and _with_arrears(coming, scheduled), _latest(settled)


def awaits_result(payment: Payment, *, on: date, rules: Rules) -> bool:
    """Whether the paying day has passed, not long ago, without a word of what became of it."""
    oldest = on - timedelta(days=rules.awaiting_result_days)
    return payment.status == "scheduled" and oldest <= payment.due_on < on


def _with_arrears(coming: Payment, scheduled: Iterable[Payment]) -> Payment:
    """What she is handed out in one go, under the id and cycle of `coming`."""
    amounts = (
        one.amount
        for one in scheduled
        if (one.due_on, one.pay_point) == (coming.due_on, coming.pay_point)
    )
    return structs.replace(coming, amount=sum(amounts))


def _latest(payments: list[Payment]) -> Payment | None:
    return payments[-1] if payments else None


def first_of_cycle(cycle: str) -> date:
    """The first day of a cycle ("2026-11"); raises CycleError."""
    match = _CYCLE.fullmatch(cycle)
    if match is None or match[1] == "0000":
        raise CycleError(f"{cycle!r} is no cycle: write the first month as 2026-11")
    return date(int(match[1]), int(match[2]), 1)


def cycle_after(cycle: str, *, rules: Rules) -> str:
    """The cycle that follows, `rules.cycle_months` later; raises CycleError."""
    return f"{add_months(first_of_cycle(cycle), rules.cycle_months):%Y-%m}"
