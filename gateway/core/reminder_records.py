"""What planning reminders reads and writes, and what its two halves share."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

import msgspec

from gateway.core.caller import Category, PaymentStatus
from gateway.core.consent import MessageCategory, Standing
from gateway.core.msisdn import Msisdn
from gateway.core.programme import Rules
from gateway.core.quiet_hours import SendingHours, last_allowed_before

Template = Literal[
    "payment_due",
    "payment_changed",
    "payment_cancelled",
    "payment_withdrawn",  # what she was told is not paid to her: suspended, exited, rejected
    "payment_missed",
    "health_check",  # names neither pregnancy nor child: antenatal visits, and a mixed week
    "postnatal",
    "vaccine",
]
REMINDER_PRIORITY = 1
# How far holidays can move a reminder: Lao New Year with weekends and days in lieu takes eight.
MOST_MOVED = timedelta(days=14)


class DuePayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as far as its reminders go."""

    id: str
    due_on: date
    status: PaymentStatus
    pay_point_id: int


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One beneficiary as far as her reminders go; village and health centre are ids as text.

    `done` maps visits made to their day.
    """

    beneficiary_id: str
    msisdn: Msisdn
    standing: Standing
    village: str
    health_centre: str
    category: Category
    edd: date | None = None
    child_dob: date | None = None
    done: Mapping[str, date] = {}
    payments: tuple[DuePayment, ...] = ()


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A row for the ledger. `params` is plain JSON: `due_on` ISO; for health `place`, `visits`;
    `occasion` where the same text may be due a second time in a day, `was` as written what is no
    longer true (`gateway.core.told`).
    """

    dedupe_key: str
    category: MessageCategory
    template: Template
    beneficiary_id: str
    msisdn: Msisdn
    payment_id: str | None
    params: dict[str, str | list[str]]
    not_before_at: datetime
    expires_at: datetime
    priority: int = REMINDER_PRIORITY


def days_moved_to(on: date, rules: Rules, hours: SendingHours) -> frozenset[date]:
    """The days whose reminders go out on `on`: itself, and the holidays behind it."""
    days = (on + timedelta(days=ahead) for ahead in range(MOST_MOVED.days + 1))
    return frozenset(day for day in days if moved(day, rules, hours).date() == on)


def moved(day: date, rules: Rules, hours: SendingHours) -> datetime:
    return last_allowed_before(starts_at(day, rules, hours), hours)


def starts_at(day: date, rules: Rules, hours: SendingHours) -> datetime:
    """When the day's reminders start; where no hour is quiet none need be waited for."""
    return at_local(day, rules.send_at if hours.quiet else time.min, hours)


def at_local(day: date, at: time, hours: SendingHours) -> datetime:
    return datetime.combine(day, at, hours.zone)
