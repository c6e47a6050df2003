"""The last days: what became of messages, when people call, and where they stop."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, func, select

from gateway.figures.book import Figure
from gateway.figures.spans import LONGEST_WAIT, bucket, day_start
from gateway.figures.tables import NO_DISTRICT
from gateway.messaging.tables import messages
from gateway.messaging.unreachable import FAILED_DAYS, did_not_reach
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries, payments, ussd_sessions

WEEK, PAYDAYS, NUMBERS = "week", "paydays", "numbers"
DAYS = 7
_PAYDAYS_AHEAD = timedelta(days=62)
_LOOK_BACK = timedelta(days=30)
_REMINDERS = frozenset({"payment", "health"})


def count_week(connection: Connection, *, on: date, zone: ZoneInfo) -> Iterator[Figure]:
    """`sms:<state>` and, of reminders alone, `reminder:<state>` by day; `call:<hour>` and
    `left:<screen>` of the whole week, dated `on`.

    The week ends with `on`. `left` are the screens where a call broke off.
    """
    days = [on - timedelta(days=back) for back in reversed(range(DAYS))]
    yield from _messages(connection, days, zone)
    yield from _calls(connection, days, zone)


def count_paydays(connection: Connection, *, on: date) -> Iterator[Figure]:
    """`people` to be paid and the `amount` in LAK, by the day it is due, two months ahead."""
    rows = connection.execute(
        select(
            payments.c.due_on,
            beneficiaries.c.district_id,
            func.count().label("people"),
            func.sum(payments.c.amount).label("amount"),
        )
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(
            payments.c.status == "scheduled",
            payments.c.due_on >= on,
            payments.c.due_on < on + _PAYDAYS_AHEAD,
        )
        .group_by(payments.c.due_on, beneficiaries.c.district_id)
    )
    for row in rows:
        yield Figure(row.due_on, row.district_id, "people", row.people)
        yield Figure(row.due_on, row.district_id, "amount", row.amount)


def count_numbers(
    connection: Connection, *, on: date, now: datetime, zone: ZoneInfo
) -> Iterator[Figure]:
    """`failing` numbers: messages failed, or were refused, on three days of the last month, and
    none arrived since.
    """
    days = [on - timedelta(days=back) for back in reversed(range(_LOOK_BACK.days))]
    ends = [day_start(day + timedelta(days=1), zone) for day in days]
    since = now - _LOOK_BACK
    failed = (
        select(
            messages.c.beneficiary_id,
            messages.c.msisdn,
            func.max(messages.c.sent_at).label("last_at"),
        )
        .where(
            did_not_reach(),
            messages.c.id >= first_id(since - LONGEST_WAIT),
            messages.c.sent_at >= since,
            messages.c.beneficiary_id.is_not(None),
        )
        .group_by(messages.c.beneficiary_id, messages.c.msisdn)
        .having(func.count(bucket(messages.c.sent_at, ends).distinct()) >= FAILED_DAYS)
        .subquery()
    )
    arrived = select(messages.c.id).where(
        messages.c.msisdn == failed.c.msisdn,
        messages.c.state == "delivered",
        messages.c.sent_at > failed.c.last_at,
    )
    rows = connection.execute(
        select(beneficiaries.c.district_id, func.count().label("number"))
        .join(failed, failed.c.beneficiary_id == beneficiaries.c.id)
        .where(beneficiaries.c.msisdn == failed.c.msisdn, ~arrived.exists())
        .group_by(beneficiaries.c.district_id)
    )
    for row in rows:
        yield Figure(on, row.district_id, "failing", row.number)


def _messages(connection: Connection, days: list[date], zone: ZoneInfo) -> Iterator[Figure]:
    start = day_start(days[0], zone)
    ends = [day_start(day + timedelta(days=1), zone) for day in days]
    sent = (
        select(
            bucket(messages.c.sent_at, ends).label("day"),
            messages.c.state,
            messages.c.category,
            func.coalesce(beneficiaries.c.district_id, NO_DISTRICT).label("district_id"),
        )
        .join(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id, isouter=True)
        .where(
            messages.c.id >= first_id(start - LONGEST_WAIT),
            messages.c.sent_at >= start,
            messages.c.sent_at < ends[-1],
        )
        .subquery()
    )
    rows = connection.execute(select(sent, func.count().label("number")).group_by(*sent.c))
    found = Counter[tuple[date, int, str]]()
    for row in rows:
        for kind in ("sms", "reminder") if row.category in _REMINDERS else ("sms",):
            found[days[row.day], row.district_id, f"{kind}:{row.state}"] += row.number
    for (day, district_id, kind), number in found.items():
        yield Figure(day, district_id, kind, number)


def _calls(connection: Connection, days: list[date], zone: ZoneInfo) -> Iterator[Figure]:
    on = days[-1]
    start, end = day_start(days[0], zone), day_start(on + timedelta(days=1), zone)
    hours = [
        start + timedelta(days=day, hours=hour) for day in range(DAYS) for hour in range(1, 25)
    ]
    of_day = case(
        *((ussd_sessions.c.ended_at < until, index % 24) for index, until in enumerate(hours)),
        else_=23,
    )
    told = ussd_sessions.c.status.in_(("success", "answered"))
    left = case((told, None), else_=ussd_sessions.c.last_state)
    for column, prefix in ((of_day, "call"), (left, "left")):
        for district, value, count in _sessions(connection, column, start, end):
            if value is not None:
                kind = f"{prefix}:{value:02}" if prefix == "call" else f"{prefix}:{value}"
                yield Figure(on, district, kind, count)


def _sessions(
    connection: Connection, column: ColumnElement[object], start: datetime, end: datetime
) -> list[tuple[int, object, int]]:
    calls = (
        select(district_of_caller().label("district_id"), column.label("value"))
        .where(ussd_sessions.c.ended_at >= start, ussd_sessions.c.ended_at < end)
        .subquery()
    )
    rows = connection.execute(select(calls, func.count()).group_by(*calls.c))
    return [(row[0], row[1], row[2]) for row in rows]


def district_of_caller() -> ColumnElement[int]:
    """The district of the beneficiary with this number; of several, the lowest, to count once."""
    district = (
        select(func.min(beneficiaries.c.district_id))
        .where(beneficiaries.c.msisdn == ussd_sessions.c.msisdn)
        .scalar_subquery()
    )
    return func.coalesce(district, NO_DISTRICT)
