"""Which health visits are due, from the expected date of delivery or the date of birth.

No visit is ever a condition of the grant: nothing here looks at money, nothing there looks here.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from gateway.core.caller import Category, Place, Visit
from gateway.core.programme import Rules, VisitRule

GESTATION = timedelta(days=280)  # from the last menstrual period to the expected date of delivery


class Course(msgspec.Struct, frozen=True):
    """The schedule that holds for a person, and the day that it counts from."""

    antenatal: bool
    began_on: date


def course_of(category: Category, edd: date | None, child_dob: date | None) -> Course | None:
    """The one schedule that holds: the category says which, and never both hold.

    While she is pregnant it is that of `edd`, though an elder child's date of birth may stand in
    her row; only a child born after this pregnancy began ends it before the category is changed.
    For a child it is that of `child_dob`. None without the date: a guessed one is worse.
    """
    if category == "pregnant" and edd is not None:
        began_on = edd - GESTATION
        if child_dob is None or child_dob <= began_on:
            return Course(antenatal=True, began_on=began_on)
    if child_dob is None or (category == "pregnant" and edd is None):
        return None
    return Course(antenatal=False, began_on=child_dob)


class DueContact(msgspec.Struct, frozen=True, kw_only=True):
    """A visit not yet made that still can be; `due_on` may lie in the past."""

    rule: VisitRule
    due_on: date
    closes_on: date


def due_visits(
    *,
    rules: Rules,
    category: Category,
    edd: date | None,
    child_dob: date | None,
    done: Mapping[str, date],
    on: date,
    health_centre: Place,
    village: Place,
    course_ended: bool = False,
    until: date | None = None,
) -> tuple[Visit, ...]:
    """The visits of `due_contacts` with their places; those due after `until` are left out."""
    if course_ended:
        return ()
    places = {"centre": health_centre, "outreach": village}
    return tuple(
        Visit(
            visit=contact.rule.key,
            due_on=contact.due_on,
            closes_on=contact.closes_on,
            place=places[contact.rule.where],
        )
        for contact in due_contacts(
            rules=rules, course=course_of(category, edd, child_dob), done=done, on=on
        )
        if until is None or contact.due_on <= until
    )


def due_contacts(
    *, rules: Rules, course: Course | None, done: Mapping[str, date], on: date
) -> tuple[DueContact, ...]:
    """The visits not yet made that still can be, as of the day `on`, earliest first.

    `done` maps a visit's key to the day it was made; what was made before the course began is of
    an earlier one. Past the expected date of delivery the last antenatal window closes and nothing
    follows: that the child was born, and lives, is not ours to assume.

    `due_on` lies in the past for a visit to catch up on. A dose waits its weeks after the one
    before it; while that one is missing, it is counted as given today at the earliest. A later
    dose on record implies the earlier ones: they were given and not written down.
    """
    if course is None:
        return ()
    start = course.began_on
    given = _with_implied(rules.visits, done_in(course, done))
    due_on: dict[str, date] = {}
    contacts = []
    for rule in rules.visits:
        if (rule.kind == "antenatal") != course.antenatal or rule.key in given:
            continue
        due_on[rule.key] = _due_on(rule, start, given, due_on, on)
        closes_on = rule.closes.after(start)
        if max(due_on[rule.key], on) <= closes_on:
            contacts.append(DueContact(rule=rule, due_on=due_on[rule.key], closes_on=closes_on))
    return tuple(sorted(contacts, key=lambda contact: contact.due_on))


def _with_implied(visits: Iterable[VisitRule], done: Mapping[str, date]) -> dict[str, date]:
    """`done`, and every dose that must lie before one of it, as of the same day."""
    given = dict(done)
    for rule in reversed(tuple(visits)):
        if rule.after is not None and rule.key in given:
            given.setdefault(rule.after, given[rule.key])
    return given


def done_in(course: Course, done: Mapping[str, date]) -> dict[str, date]:
    """The visits made since the course began: those of an elder child or an earlier pregnancy
    carry the same keys.
    """
    return {visit: done_on for visit, done_on in done.items() if done_on >= course.began_on}


def _due_on(
    rule: VisitRule, start: date, given: Mapping[str, date], due_on: Mapping[str, date], on: date
) -> date:
    opens_on = rule.opens.after(start)
    if rule.after is None:
        return opens_on
    before = given.get(rule.after) or max(due_on[rule.after], on)
    return max(opens_on, before + timedelta(weeks=rule.after_weeks))


def week_of(day: date) -> str:
    """The ISO week of a day, as it stands in a message's key: "2026-W33"."""
    return f"{day:%G-W%V}"


def visits_by_week(visits: Iterable[Visit]) -> dict[str, tuple[Visit, ...]]:
    """The visits of each ISO week in which they are due: one week is one SMS."""
    weeks: dict[str, list[Visit]] = {}
    for visit in visits:
        weeks.setdefault(week_of(visit.due_on), []).append(visit)
    return {week: tuple(group) for week, group in weeks.items()}
