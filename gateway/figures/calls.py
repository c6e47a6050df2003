"""Who called in a month, what they asked, at which hour, and where they gave up."""

import json
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, func, select

from gateway.figures.book import Count, Figure
from gateway.figures.counting import LEFT_THE_PROGRAMME, Counting, Tally, homes
from gateway.figures.spans import hour_in, month_span
from gateway.figures.tables import NO_DISTRICT
from gateway.registry.tables import beneficiaries, callers, ussd_sessions, villages

# "answered": she read what she had dialled for and hung up. It is no failure.
ANSWERED = ("success", "answered")
ALL_VILLAGES = "all"  # what stands in the place of a village in the sum of a district
_BATCH = 2000


def parts_of_calls(month: date, counting: Counting) -> list[Count]:
    """`calls`, `callers` (numbers, each once), `told`; `locale:<language>` and
    `callers:<language>`, `hour:<00-23>`; `asked:<branch>` calls that went through it (one may
    through several); `left:<screen>` where those that were told nothing broke off.
    """
    parts = (_count_languages, _count_hours, _count_trails)
    return [partial(part, month=month, counting=counting) for part in parts]


def count_villages(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    """Of each village `<id>:calls` from its people's phones in the month (a phone of people of two
    villages counts in both), or where there was none `<id>:silent`, its people in the programme;
    and of all of a district `all:villages`, `all:silent` and `all:people` of the silent ones.
    """
    tally = Tally()
    for district_id, village_id, calls in connection.execute(_by_village(month, counting)):
        tally[district_id, f"{village_id}:calls"] = calls
    people = (
        select(beneficiaries.c.district_id, beneficiaries.c.village_id, func.count())
        .where(beneficiaries.c.status.not_in(LEFT_THE_PROGRAMME))
        .group_by(beneficiaries.c.district_id, beneficiaries.c.village_id)
    )
    for district_id, village_id, number in connection.execute(people):
        tally[district_id, f"{ALL_VILLAGES}:villages"] += 1
        if (district_id, f"{village_id}:calls") not in tally:
            tally[district_id, f"{village_id}:silent"] = number
            tally[district_id, f"{ALL_VILLAGES}:silent"] += 1
            tally[district_id, f"{ALL_VILLAGES}:people"] += number
    return tally.of(month)


def _by_village(month: date, counting: Counting) -> Select[*tuple[Any, ...]]:
    numbers = (
        select(beneficiaries.c.msisdn, beneficiaries.c.village_id)
        .where(beneficiaries.c.msisdn.is_not(None))
        .distinct()
        .subquery("numbers")
    )
    return (
        select(villages.c.district_id, numbers.c.village_id, func.count())
        .select_from(ussd_sessions)
        .join(numbers, numbers.c.msisdn == ussd_sessions.c.msisdn)
        .join(villages, villages.c.id == numbers.c.village_id)
        .where(_in(month, counting))
        .group_by(villages.c.district_id, numbers.c.village_id)
    )


def _in(month: date, counting: Counting) -> ColumnElement[bool]:
    start, end = month_span(month, counting.zone)
    return and_(ussd_sessions.c.ended_at >= start, ussd_sessions.c.ended_at < end)


def _of_district(month: date, counting: Counting, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The calls of the month, counted by district and `columns`."""
    home = homes()
    district: ColumnElement[int] = func.coalesce(home.c.district_id, NO_DISTRICT)
    return (
        select(district, *columns, func.count())
        .select_from(ussd_sessions)
        .join(home, home.c.msisdn == ussd_sessions.c.msisdn, isouter=True)
        .where(_in(month, counting))
        .group_by(district, *columns)
    )


def _count_languages(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    """By the language that a dial of the number is answered in now."""
    tally = Tally()
    home = homes()
    district: ColumnElement[int] = func.coalesce(home.c.district_id, NO_DISTRICT)
    locale = func.coalesce(callers.c.locale, home.c.locale, counting.default_locale)
    rows = connection.execute(
        select(district, locale, func.count(), func.count(ussd_sessions.c.msisdn.distinct()))
        .select_from(ussd_sessions)
        .join(home, home.c.msisdn == ussd_sessions.c.msisdn, isouter=True)
        .join(callers, callers.c.msisdn == ussd_sessions.c.msisdn, isouter=True)
        .where(_in(month, counting))
        .group_by(district, locale)
    )
    for district_id, language, calls, numbers in rows:
        tally[district_id, "calls"] += calls
        tally[district_id, "callers"] += numbers
        tally[district_id, f"locale:{language}"] = calls
        tally[district_id, f"callers:{language}"] = numbers
    return tally.of(month)


def _count_hours(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    tally = Tally()
    start, _end = month_span(month, counting.zone)
    hour = hour_in(connection, ussd_sessions.c.ended_at, start)
    for district_id, value, calls in connection.execute(_of_district(month, counting, hour)):
        tally[district_id, f"hour:{value:02}"] = calls
    return tally.of(month)


def _count_trails(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    tally = Tally()
    told = ussd_sessions.c.status.in_(ANSWERED)
    trail = cast(ussd_sessions.c.trail, Text)
    statement = _of_district(month, counting, told, trail, ussd_sessions.c.last_state)
    for row in connection.execute(statement).yield_per(_BATCH):
        district_id, was_told, states, last_state, calls = row
        for branch in counting.branches.asked(json.loads(states)):
            tally[district_id, f"asked:{branch}"] += calls
        if was_told:
            tally[district_id, "told"] += calls
        elif last_state is not None:
            tally[district_id, f"left:{last_state}"] += calls
    return tally.of(month)
