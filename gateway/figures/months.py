"""A month by district: whom the programme has, whom its messages reached, who called and came."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, distinct, func, select

from gateway.core.programme_file import add_months
from gateway.figures.book import Figure
from gateway.figures.days import district_of_caller
from gateway.figures.spans import LONGEST_WAIT, day_start
from gateway.figures.tables import NO_DISTRICT
from gateway.messaging.tables import messages
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries, cases, ussd_sessions, visits

# In the order in which a report shows them.
KINDS = ("enrolled", "reached", "not_reached", "delivered", "calls", "cases", "visits")


def topic_of(month: date) -> str:
    return f"month:{month:%Y-%m}"


def count_month(connection: Connection, *, month: date, zone: ZoneInfo) -> Iterator[Figure]:
    """KINDS of the month that begins on `month`.

    Enrolled are those who are enrolled when it is counted and were so within the month; reached,
    those of them to whom at least one message was delivered.
    """
    after = add_months(month, 1)
    start, end = day_start(month, zone), day_start(after, zone)
    counts = {
        "enrolled": _by_district(connection, _enrolled(after)),
        "reached": _by_district(connection, _reached(after, start, end)),
        "delivered": _by_district(connection, _delivered(start, end)),
        "calls": _by_district(connection, _calls(start, end)),
        "cases": _by_district(connection, _cases(start, end)),
        "visits": _by_district(connection, _visits(month, after)),
    }
    counts["not_reached"] = {
        district: count - counts["reached"].get(district, 0)
        for district, count in counts["enrolled"].items()
    }
    for kind in KINDS:
        for district, count in counts[kind].items():
            yield Figure(month, district, kind, count)


def _by_district(connection: Connection, statement: Select[*tuple[Any, ...]]) -> dict[int, int]:
    return {row[0]: row[1] for row in connection.execute(statement)}


def _enrolled(after: date) -> Select[*tuple[Any, ...]]:
    since = beneficiaries.c.enrolled_on
    return (
        select(beneficiaries.c.district_id, func.count())
        .where(beneficiaries.c.status == "enrolled", since.is_(None) | (since < after))
        .group_by(beneficiaries.c.district_id)
    )


def _reached(after: date, start: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    since = beneficiaries.c.enrolled_on
    return (
        select(beneficiaries.c.district_id, func.count(distinct(beneficiaries.c.id)))
        .join(messages, messages.c.beneficiary_id == beneficiaries.c.id)
        .where(
            beneficiaries.c.status == "enrolled",
            since.is_(None) | (since < after),
            *_arrived(start, end),
        )
        .group_by(beneficiaries.c.district_id)
    )


def _delivered(start: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    district: ColumnElement[int] = func.coalesce(beneficiaries.c.district_id, NO_DISTRICT)
    return (
        select(district, func.count())
        .select_from(
            messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
        )
        .where(*_arrived(start, end))
        .group_by(district)
    )


def _arrived(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        messages.c.state == "delivered",
        messages.c.id >= first_id(start - LONGEST_WAIT),
        messages.c.sent_at >= start,
        messages.c.sent_at < end,
    )


def _calls(start: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    calls = (
        select(district_of_caller().label("district_id"))
        .where(ussd_sessions.c.ended_at >= start, ussd_sessions.c.ended_at < end)
        .subquery()
    )
    return select(calls.c.district_id, func.count()).group_by(calls.c.district_id)


def _cases(start: datetime, end: datetime) -> Select[*tuple[Any, ...]]:
    district: ColumnElement[int] = func.coalesce(beneficiaries.c.district_id, NO_DISTRICT)
    return (
        select(district, func.count())
        .select_from(cases.outerjoin(beneficiaries, beneficiaries.c.id == cases.c.beneficiary_id))
        .where(cases.c.opened_at >= start, cases.c.opened_at < end)
        .group_by(district)
    )


def _visits(month: date, after: date) -> Select[*tuple[Any, ...]]:
    return (
        select(beneficiaries.c.district_id, func.count())
        .join(visits, visits.c.beneficiary_id == beneficiaries.c.id)
        .where(visits.c.done_on >= month, visits.c.done_on < after)
        .group_by(beneficiaries.c.district_id)
    )
