"""Spans of time as the ledger is cut: by the moments in its ids, by days of a time zone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Date, Integer, case, cast, func

from gateway.core.programme_file import add_months

# A message is sent at most this long after it was queued; broadcasts wait the longest.
LONGEST_WAIT = timedelta(days=14)


def day_start(on: date, zone: ZoneInfo) -> datetime:
    """The first moment of `on` in `zone`."""
    return datetime.combine(on, time(), zone)


def bucket(column: Column[Any], ends: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the first of `ends` that `column` is before; the last has no end."""
    return case(
        *((column < end, index) for index, end in enumerate(ends[:-1])), else_=len(ends) - 1
    )


def month_span(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of the month that begins on `month`, and that of the next."""
    return day_start(month, zone), day_start(add_months(month, 1), zone)


def hour_in(connection: Connection, column: Column[Any], at: datetime) -> ColumnElement[int]:
    """The hour of the day of `column`, at the offset from UTC that `at` has: one for a month."""
    offset = round((at.utcoffset() or timedelta()).total_seconds())
    if connection.dialect.name == "sqlite":
        return cast(func.strftime("%H", column, f"{offset} seconds"), Integer)
    local = func.timezone("UTC", column) + timedelta(seconds=offset)
    return cast(func.extract("hour", local), Integer)


def days_before(connection: Connection, column: Column[Any], days: int) -> ColumnElement[date]:
    """The date `days` before that of `column`."""
    if connection.dialect.name == "sqlite":
        return func.date(column, f"-{days} days", type_=Date)
    return column - days
