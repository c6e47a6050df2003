"""When a delivery that failed is tried again, how far apart a failing receiver is called. Pure."""

from datetime import datetime, timedelta

TRIED_FOR = timedelta(hours=24)
LONGEST_ASKED = timedelta(hours=1)  # by a receiver's Retry-After
SECRETS_OVERLAP = timedelta(hours=24)

_WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 300, 900, 1800, 3600, 7200, 10800, 14400, 21600, 28800)
)
_JITTER = 0.2  # earlier or later by as much
_SLOW_FROM = 3  # failures in a row; one or two are of the event, or of a moment
_LONGEST_PAUSE = timedelta(minutes=5)


def next_try(
    attempts: int, *, asked: timedelta, chance: float, now: datetime, give_up_at: datetime
) -> datetime | None:
    """When to try again after the `attempts`-th failure; None when the time is over.

    `chance` is from 0 to 1; `asked` what the receiver asked to be left, zero where it did not. The
    last try is made at `give_up_at`.
    """
    if now >= give_up_at:
        return None
    wait = _WAITS[min(attempts, len(_WAITS)) - 1] * (1 - _JITTER + 2 * _JITTER * chance)
    return min(now + max(wait, min(asked, LONGEST_ASKED)), give_up_at)


def pause(failures: int, *, asked: timedelta) -> timedelta:
    """How long a receiver is left alone after so many failures in a row."""
    alone = timedelta(0)
    if failures >= _SLOW_FROM:
        alone = min(timedelta(seconds=2 ** min(failures - _SLOW_FROM, 10)), _LONGEST_PAUSE)
    return max(alone, min(asked, LONGEST_ASKED))


def is_slowed(failures: int) -> bool:
    """Whether so many failures in a row keep a receiver's deliveries waiting."""
    return failures >= _SLOW_FROM
