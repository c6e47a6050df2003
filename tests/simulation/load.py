"""What a payment week asks: reminders by the programme's own rules, a flood, a broadcast."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays, next_allowed_from
from gateway.core.reminder_records import at_local, moved
from tests.simulation.case import DAY, MONDAY, Case
from tests.simulation.ledger import BROADCAST, REMINDER

ZONE = ZoneInfo("Asia/Vientiane")
WEEK_BEGINS = datetime.combine(MONDAY, time.min, ZONE)
FIRST_PAYING_DAY = 3  # Thursday: its first reminder is Monday's
FLOOD_AT, BROADCAST_AT = 2 * DAY + 10 * 3600, 3 * DAY + 8 * 3600
BROADCAST_TO = 0.25  # of all women


class Wave(NamedTuple):
    """`size` messages that may go out from `due` on, to `expires`: seconds of the week."""

    priority: int
    size: int
    due: float
    expires: float


def moment(seconds: float) -> datetime:
    return WEEK_BEGINS + timedelta(seconds=seconds)


def seconds_of(when: datetime) -> float:
    return (when - WEEK_BEGINS).total_seconds()


def hours_of(case: Case) -> SendingHours:
    quiet = (time(19), time(8)) if case.quiet_hours else None
    return SendingHours(zone=ZONE, quiet=quiet, is_holiday=lao_holidays(PROGRAMME.holidays))


def paying_days(case: Case) -> list[int]:
    """Days after Monday, none a Saturday or Sunday."""
    days: list[int] = []
    day = FIRST_PAYING_DAY
    while len(days) < case.paydays:
        if day % 7 < 5:
            days.append(day)
        day += 1
    return days


def waves(case: Case) -> Iterator[Wave]:
    """A district's women are paid on one day; each gets the reminders of gateway.core."""
    hours, days = hours_of(case), paying_days(case)
    rules = PROGRAMME.rules_on(MONDAY)
    for district in range(case.districts):
        women = _share(case, district)
        due_on = MONDAY + timedelta(days=days[district % len(days)])
        first_at, last_at = (
            moved(due_on - timedelta(days=before), rules, hours)
            for before in (rules.first_payment_reminder_days, rules.last_payment_reminder_days)
        )
        ends = seconds_of(at_local(due_on, rules.paying_ends_at, hours))
        yield Wave(REMINDER, women, seconds_of(first_at), seconds_of(last_at))
        yield Wave(REMINDER, women, seconds_of(last_at), ends)
    flooded = seconds_of(next_allowed_from(moment(FLOOD_AT), hours))
    yield Wave(REMINDER, _share(case, 0), flooded, flooded + 2 * DAY)
    told = seconds_of(next_allowed_from(moment(BROADCAST_AT), hours))
    yield Wave(BROADCAST, int(case.people * BROADCAST_TO), told, told + 3 * DAY)


def _share(case: Case, district: int) -> int:
    each, left = divmod(case.people, case.districts)
    return each + (district < left)
