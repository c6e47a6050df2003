"""Moments and days as DCI's messages write them: ISO 8601 with a zone; days also as dd.mm.yyyy."""

import re
from datetime import UTC, date, datetime, timedelta

_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})", re.ASCII
)


def moment_of(text: str) -> datetime:
    """An aware moment in UTC. Raises ValueError without a zone: it would be a guess."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a date and time with a zone (ISO 8601)")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:40]!r} is no date and time") from None


def text_of(moment: datetime) -> str:
    """As this side writes it: UTC, whole milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(text: str) -> date:
    """A day from `2004-05-02`, a moment, or the `02.05.2004` of the specification's examples.

    Raises ValueError for all others: of 02/05/2004 nobody knows which is the month.
    """
    found = _DOTTED.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).date()  # as its sender's clock shows it
    except ValueError:
        pass
    raise ValueError(f"{text[:40]!r} is neither YYYY-MM-DD nor dd.mm.yyyy")


def is_timely(moment: datetime, now: datetime, *, valid: timedelta, skew: timedelta) -> bool:
    """Whether a message of `moment` may be taken at `now`."""
    return moment - skew <= now <= moment + valid
