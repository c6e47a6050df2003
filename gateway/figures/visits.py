"""Health visits that fell due in a month: made, late, missed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from gateway.core.health_schedule import GESTATION
from gateway.core.programme import PROGRAMME, VisitRule
from gateway.core.programme_file import add_months
from gateway.figures.book import Count, Figure
from gateway.figures.counting import LEFT_THE_PROGRAMME, Counting, Tally
from gateway.figures.spans import days_before
from gateway.registry.tables import beneficiaries, visits

OUTCOMES = ("made", "late", "missed", "ahead")
_A_DAY = timedelta(days=1)


def parts_of_visits(month: date, counting: Counting) -> list[Count]:
    """Of each visit of the schedule `<visit>:made`, `:late` (its day is over, it still can be
    made), `:missed` (it cannot any more), `:ahead`. Together they are what is due in the month.

    By the day on which a visit opens, whatever the dose before it did to it. A later dose on
    record says that the earlier was given.
    """
    return [
        partial(_count_visit, rule=rule, month=month, counting=counting)
        for rule in PROGRAMME.rules_on(month).visits
    ]


def _count_visit(
    connection: Connection, rule: VisitRule, month: date, counting: Counting
) -> Iterator[Figure]:
    tally = Tally()
    rules = PROGRAMME.rules_on(month).visits
    for row in connection.execute(_due(connection, rule, rules, month)):
        start = row.start - GESTATION if rule.kind == "antenatal" else row.start
        if rule.opens.after(start).replace(day=1) == month:
            kind = f"{rule.key}:{_outcome(row, rule, start, counting)}"
            tally[row.district_id, kind] += row.people
    return tally.of(month)


def _outcome(row: Any, rule: VisitRule, start: date, counting: Counting) -> str:
    if row.made:
        return "made"
    if rule.closes.after(start) < counting.today:
        return "missed"
    return "late" if rule.opens.after(start) < counting.today else "ahead"


def _due(
    connection: Connection, rule: VisitRule, rules: tuple[VisitRule, ...], month: date
) -> Select[*tuple[Any, ...]]:
    """People by district, by the date their course counts from, and whether they came."""
    antenatal = rule.kind == "antenatal"
    start = beneficiaries.c.edd if antenatal else beneficiaries.c.child_dob
    conceived = days_before(connection, beneficiaries.c.edd, GESTATION.days)
    began = conceived if antenatal else beneficiaries.c.child_dob
    came = select(visits.c.id).where(
        visits.c.beneficiary_id == beneficiaries.c.id,
        visits.c.visit.in_(_implying(rule, rules)),
        visits.c.done_on >= began,
    )
    people = (
        select(beneficiaries.c.district_id, start.label("start"), came.exists().label("made"))
        .where(
            start.between(*_starts(rule, month)),
            beneficiaries.c.course_ended_at.is_(None),
            beneficiaries.c.status.not_in(LEFT_THE_PROGRAMME),
            _course(conceived, antenatal=antenatal),
        )
        .subquery()
    )
    return select(people, func.count().label("people")).group_by(*people.c)


def _course(conceived: ColumnElement[date], *, antenatal: bool) -> ColumnElement[bool]:
    """As `gateway.core.health_schedule.course_of` tells which schedule holds."""
    pregnant = beneficiaries.c.category == "pregnant"
    elder = or_(beneficiaries.c.child_dob.is_(None), beneficiaries.c.child_dob <= conceived)
    if antenatal:
        return and_(pregnant, elder)
    return not_(and_(pregnant, or_(beneficiaries.c.edd.is_(None), elder)))


def _starts(rule: VisitRule, month: date) -> tuple[date, date]:
    """Between which dates a course counts that has this visit in `month`, and some days more."""
    first = month - (rule.opens.after(month) - month) - 7 * _A_DAY
    last = add_months(month, 1) - (rule.opens.after(month) - month) + 7 * _A_DAY
    later = GESTATION if rule.kind == "antenatal" else timedelta()
    return first + later, last + later


def _implying(rule: VisitRule, rules: tuple[VisitRule, ...]) -> list[str]:
    """Its key, and those of the doses that follow it."""
    keys = [rule.key]
    for other in rules:
        if other.after in keys:
            keys.append(other.key)
    return keys
