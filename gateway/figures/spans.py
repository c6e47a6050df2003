"""Spans of time as the ledger is cut: by the moments in its ids, by days of a time zone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, case

# A message is sent at most this long after it was queued; broadcasts wait the longest.
LONGEST_WAIT = timedelta(days=14)
_SKEW = timedelta(minutes=5)  # of the clocks of those who make ids


def day_start(on: date, zone: ZoneInfo) -> datetime:
    """The first moment of `on` in `zone`."""
    return datetime.combine(on, time(), zone)


def first_id(at: datetime) -> UUID:
    """Below every UUIDv7 made at `at` or later: RFC 9562 begins them with the milliseconds."""
    return UUID(int=max(int((at - _SKEW).timestamp() * 1000), 0) << 80)


def bucket(column: Column[Any], ends: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the first of `ends` that `column` is before; the last has no end."""
    return case(
        *((column < end, index) for index, end in enumerate(ends[:-1])), else_=len(ends) - 1
    )
