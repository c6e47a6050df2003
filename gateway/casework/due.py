"""When a case should be done with: on the day somebody has set, else a week after it was opened."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, or_, update

from gateway.registry.tables import cases

WITHIN = timedelta(days=7)


def overdue(now: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """The condition on `cases` for open ones whose day has passed."""
    today = now.astimezone(zone).date()
    waited = and_(cases.c.due_on.is_(None), cases.c.opened_at < _begin(today - WITHIN, zone))
    return and_(cases.c.state == "open", or_(cases.c.due_on < today, waited))


def due_day(opened_at: datetime, due_on: date | None, zone: ZoneInfo) -> date:
    """The day set, or the last of the week."""
    return due_on or opened_at.astimezone(zone).date() + WITHIN


def set_due(connection: Connection, number: int, due_on: date | None) -> None:
    """None: a week after it was opened, as ever."""
    connection.execute(update(cases).where(cases.c.number == number).values(due_on=due_on))


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
