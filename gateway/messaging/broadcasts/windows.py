"""When a broadcast may go out: from its start to its end, with allowed time in between. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.core.quiet_hours import A_MINUTE, SendingHours, first_minute_from, lasting
from gateway.messaging.broadcasts.faults import BroadcastError

LIVES_DAYS = 3  # on which something may go out: holidays do not count
LONGEST_AHEAD = timedelta(days=731)
LONGEST_LIFE = timedelta(days=14)  # figures look no further back for what is still to be sent
_JUST_NOW = timedelta(minutes=1)  # who names this very minute means now


@dataclass(frozen=True, slots=True)
class Window:
    """After `ends_at` what was not sent is not sent any more."""

    starts_at: datetime
    ends_at: datetime


def check_start(start_at: datetime, *, now: datetime, hours: SendingHours) -> None:
    """Raises BroadcastError for a start that has passed or lies too far ahead."""
    if start_at < now - _JUST_NOW:
        raise BroadcastError("in_the_past", at=_local(start_at, hours))
    if start_at > now + LONGEST_AHEAD:
        latest = _local(now + LONGEST_AHEAD, hours)
        raise BroadcastError("too_far", at=_local(start_at, hours), latest=latest)


def window_from(starts_at: datetime, ends_at: datetime | None, *, hours: SendingHours) -> Window:
    """The time from `starts_at` to `ends_at`; None: three days on which something may go out.

    Raises BroadcastError where it would leave no allowed minute, or last too long.
    """
    if ends_at is None:
        return Window(starts_at, lasting(starts_at, LIVES_DAYS, hours).astimezone(UTC))
    if ends_at <= starts_at:
        raise BroadcastError("ends_first")
    latest = lasting(starts_at, LIVES_DAYS, hours)
    latest = max(latest, _local(starts_at + LONGEST_LIFE, hours))
    if ends_at > latest:
        raise BroadcastError("too_long", at=_local(ends_at, hours), latest=latest)
    if is_over(starts_at, ends_at, hours=hours):
        raise BroadcastError(
            "no_time",
            start=_local(starts_at, hours),
            end=_local(ends_at, hours),
            first=first_minute_from(starts_at, hours),
        )
    return Window(starts_at, ends_at)


def is_over(starts_at: datetime, ends_at: datetime, *, hours: SendingHours) -> bool:
    """Whether nothing may go out any more from `starts_at` on."""
    return first_minute_from(starts_at, hours) + A_MINUTE > ends_at


def _local(moment: datetime, hours: SendingHours) -> datetime:
    try:
        return moment.astimezone(hours.zone)
    except OverflowError:  # the first and the last day of the calendar
        return moment
