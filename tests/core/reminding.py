"""People, payments and hours that the tests of reminders plan with."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.core.consent import Standing
from gateway.core.msisdn import Msisdn
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.core.reminder_records import DuePayment, Person, Planned
from gateway.core.reminders import plan
from tests.core.rules import rules

VIENTIANE = ZoneInfo("Asia/Vientiane")
HOURS = SendingHours(
    zone=VIENTIANE,
    quiet=(time(19), time(8)),
    is_holiday=lao_holidays(PROGRAMME.holidays),
)
DUE_ON = date(2026, 8, 15)
DOB = date(2026, 6, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENTIANE)


def payment(due_on=DUE_ON, status="scheduled", pay_point_id=7, payment_id="p1") -> DuePayment:
    return DuePayment(id=payment_id, due_on=due_on, status=status, pay_point_id=pay_point_id)


def person(*payments: DuePayment, **changes) -> Person:
    """An enrolled woman who wants everything, but for `changes`, of her standing or of herself."""
    agreed: dict[str, Any] = {"status": "enrolled", "consent_payment": True, "consent_health": True}
    stands = {name: changes.pop(name) for name in Standing.__struct_fields__ if name in changes}
    values = {
        "beneficiary_id": "b1",
        "msisdn": Msisdn("+8562055500001"),
        "standing": Standing(**agreed | stands),
        "village": "11",
        "health_centre": "12",
        "payments": payments,
        "category": "pregnant" if changes.get("edd") else "child",
        **changes,
    }
    return Person(**values)


def planned(on: date, *people: Person, given=None, hours=HOURS) -> list[Planned]:
    return plan(people, on=on, rules=given or rules(), hours=hours)


def over_days(first: date, days: int, *people: Person) -> dict[str, str]:
    """What is planned on each of `days` days, in order: key and local time of the start.

    As in the ledger, a key that is there already is not written again.
    """
    found: dict[str, str] = {}
    for ahead in range(days):
        for message in planned(first + timedelta(days=ahead), *people):
            found.setdefault(message.dedupe_key, f"{message.not_before_at:%Y-%m-%d %H:%M}")
    return found
