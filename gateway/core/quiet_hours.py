"""When messages may go out: not in the quiet hours, and not on a public holiday.

A reminder that would fall there goes out before, a broadcast after; replies ask nobody.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

import holidays
import msgspec

from gateway.core.programme_file import HolidayChanges

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
IsHoliday = Callable[[date], bool]


class SendingHours(msgspec.Struct, frozen=True, kw_only=True):
    """`quiet` is start and end in local time, it may span midnight; None or equal ends: no quiet.

    A moment is quiet from the start on and allowed again at the end. `wave` is the room that
    `last_allowed_before` leaves before the quiet hours, for all of a wave to get through; not zero.
    """

    zone: tzinfo
    quiet: tuple[time, time] | None
    is_holiday: IsHoliday
    wave: timedelta = timedelta(minutes=60)


def lao_holidays(changes: HolidayChanges) -> IsHoliday:
    """Whether a day is a public holiday in Laos, by the package `holidays` and our changes."""
    public = holidays.country_holidays("LA")
    return lambda day: day in changes.added or (day in public and day not in changes.removed)


def no_holidays(_day: date) -> bool:
    """For what may go out on any day."""
    return False


def is_allowed(moment: datetime, hours: SendingHours) -> bool:
    """Whether a message other than a reply may go out at `moment`."""
    local = moment.astimezone(hours.zone)
    return any(start <= local < end for start, end in _spans(local.date(), hours))


def allowed_since(moment: datetime, hours: SendingHours) -> datetime | None:
    """Since when what may go out at `moment` may do so without a break, a week back at most; None
    where it may not.
    """
    local = moment.astimezone(hours.zone)
    since = None
    for days in range(8):
        for start, end in reversed(_spans(local.date() - days * A_DAY, hours)):
            if (since is None and start <= local < end) or (since is not None and end == since):
                since = start
            elif since is not None:
                return since
        if since is None:
            return None
    return since


def last_allowed_before(moment: datetime, hours: SendingHours) -> datetime:
    """`moment` where it is allowed, else the last moment before it that leaves room for a wave."""
    local = moment.astimezone(hours.zone)
    day = local.date()
    while True:
        for start, end in reversed(_spans(day, hours)):
            if start <= local < end:
                return local
            if end <= local:
                return max(start, end - hours.wave)
        day -= A_DAY


def next_allowed_from(moment: datetime, hours: SendingHours) -> datetime:
    """`moment` where it is allowed, else the first allowed one after it."""
    local = moment.astimezone(hours.zone)
    day = local.date()
    while True:
        for start, end in _spans(day, hours):
            if local < end:
                return max(start, local)
        day += A_DAY


def first_minute_from(start: datetime, hours: SendingHours) -> datetime:
    """The first moment from `start` on that is followed by a minute in which all is allowed."""
    first = next_allowed_from(start, hours)
    if is_allowed(first + A_MINUTE - timedelta.resolution, hours):
        return first
    return next_allowed_from(first + A_MINUTE, hours)


def after_allowed(start: datetime, busy: timedelta, hours: SendingHours) -> datetime:
    """The moment at which `busy` of time that is allowed has passed since `start`."""
    local = start.astimezone(hours.zone)
    day = local.date()
    while True:
        for opens, closes in _spans(day, hours):
            begins = max(opens, local)
            if begins + busy <= closes:
                return begins + busy
            busy -= max(closes - begins, timedelta())
        day += A_DAY


def lasting(start: datetime, days: int, hours: SendingHours) -> datetime:
    """The end of `days` days counted from the first allowed moment on; holidays do not count."""
    end = next_allowed_from(start, hours)
    while days:
        end += A_DAY
        days -= not hours.is_holiday(end.date())
    return end


def _spans(day: date, hours: SendingHours) -> list[tuple[datetime, datetime]]:
    """The allowed spans of a day in local time, each up to but without its end."""
    if hours.is_holiday(day):
        return []
    return [
        (datetime.combine(*start, hours.zone), datetime.combine(*end, hours.zone))
        for start, end in _allowed(day, hours.quiet)
    ]


def _allowed(
    day: date, quiet: tuple[time, time] | None
) -> Iterator[tuple[tuple[date, time], tuple[date, time]]]:
    midnight, next_midnight = (day, time.min), (day + A_DAY, time.min)
    if quiet is None or quiet[0] == quiet[1]:
        yield midnight, next_midnight
        return
    start, end = quiet
    if start > end:
        yield (day, end), (day, start)
        return
    if start > time.min:
        yield midnight, (day, start)
    yield (day, end), next_midnight
