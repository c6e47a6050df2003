"""A desk at which paydays are seen to, for tests."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.paydays.desk import Desk
from gateway.staff.accounts import StaffUser
from gateway.staff.audit import Actor

ZONE = ZoneInfo("Asia/Vientiane")


def desk_at(now: datetime, staff: StaffUser | None = None) -> Desk:
    """Of a command, which sees everybody, or of one of the staff."""
    return Desk(
        actor=Actor(name=staff.email if staff else "flask", staff=staff),
        now=now,
        hours=SendingHours(zone=ZONE, quiet=(time(20), time(8)), is_holiday=no_holidays),
        default_locale="lo",
    )
