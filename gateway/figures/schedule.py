"""What the scheduler counts ahead, so that no page has to."""

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from gateway.figures.book import Count, Patience, current
from gateway.figures.days import (
    NUMBERS,
    PAYDAYS,
    WEEK,
    count_numbers,
    count_paydays,
    count_week,
)
from gateway.figures.months import count_month, topic_of
from gateway.registry.database import Database

FIGURES_SECONDS = 300
# For the first days of a month, receipts and visits of the last one still come in.
_LATE = timedelta(days=7)
_HOURLY = Patience(least=timedelta(minutes=55), share=0)
_EACH_TIME = Patience(least=timedelta(seconds=FIGURES_SECONDS * 0.9), share=0)


def count_ahead(database: Database, *, now: datetime, zone: ZoneInfo) -> None:
    """Today's figures each time, those of the month once an hour."""
    on = now.astimezone(zone).date()
    for topic, count in topics_of_today(on=on, now=now, zone=zone).items():
        current(database, topic, count, now=now, patience=_EACH_TIME)
    for month in sorted({on.replace(day=1), (on - _LATE).replace(day=1)}):
        count = partial(count_month, month=month, zone=zone)
        current(database, topic_of(month), count, now=now, patience=_HOURLY)


def topics_of_today(*, on: date, now: datetime, zone: ZoneInfo) -> dict[str, Count]:
    """{topic: how it is counted} of what the first page shows."""
    return {
        WEEK: partial(count_week, on=on, zone=zone),
        PAYDAYS: partial(count_paydays, on=on),
        NUMBERS: partial(count_numbers, on=on, now=now, zone=zone),
    }
