"""When a broadcast will be through, by the operator's rate and the hours for SMS. Pure."""

from datetime import datetime, timedelta

from gateway.core.quiet_hours import SendingHours, after_allowed


def through_at(
    start: datetime, segments: int, *, per_second: int, hours: SendingHours
) -> datetime | None:
    """The last of `segments` goes out about then, if nothing else goes out; None where no rate is
    set (0): then nobody knows."""
    if per_second <= 0:
        return None
    return after_allowed(start, timedelta(seconds=segments / per_second), hours)
