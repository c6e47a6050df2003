"""What an SMS has said of a payment: a day and a pay point, or that nothing is paid.

As text, in the ledger's column `told` and in the parameter `was` of a correction: "2026-11-27|7",
"cancelled". `gateway.messaging.told` writes and compares the same in SQL.
"""

import re
from datetime import date

import msgspec

NOTHING_IS_PAID = "cancelled"
BETWEEN = "|"
_DAY_AND_PAY_POINT = re.compile(r"(\d{4}-\d\d-\d\d)\|(\d{1,18})", re.ASCII)


class Told(msgspec.Struct, frozen=True):
    """The day and the pay point that an SMS has named; both None where it took the payment back."""

    due_on: date | None = None
    pay_point_id: int | None = None

    def written(self) -> str:
        if self.due_on is None:
            return NOTHING_IS_PAID
        return f"{self.due_on}{BETWEEN}{self.pay_point_id}"

    @staticmethod
    def read(text: object) -> "Told | None":
        """None where it says nothing that we would have written."""
        if text == NOTHING_IS_PAID:
            return TAKEN_BACK
        found = _DAY_AND_PAY_POINT.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            return None
        try:
            return Told(date.fromisoformat(found[1]), int(found[2]))
        except ValueError:  # no day of any calendar
            return None


TAKEN_BACK = Told()


class LastTold(msgspec.Struct, frozen=True, kw_only=True):
    """What the last SMS about a payment said; `by` its id in hex, "" where there was none.

    `today` counts the corrections of this payment that she has had today, `unsent` those that were
    taken back before they went out.
    """

    told: Told
    by: str = ""
    today: int = 0
    unsent: int = 0
