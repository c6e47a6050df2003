"""The rules of the programme: `programme.toml`, read and checked once, at import.

Whoever asks names a day: `PROGRAMME.rules_on(date)` is what was in force then.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from gateway.core.programme_file import (
    Age,
    Contact,
    District,
    HolidayChanges,
    Kind,
    ProgrammeError,
    ProgrammeFile,
    Schedule,
    Spell,
    Sure,
    Where,
    parse,
)

A_DAY = timedelta(days=1)


class VisitRule(msgspec.Struct, frozen=True, kw_only=True):
    """One visit in force: a contact of the file with what its schedule says of it."""

    key: str
    kind: Kind
    where: Where
    lead_days: int
    opens: Age
    closes: Age
    after: str | None
    after_weeks: int


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force from `from_on` on. Amounts in whole LAK, times local to the programme."""

    from_on: date
    monthly_amount: int
    cycle_months: int
    pregnancy_from_week: int
    child_entry_months: int
    paid_until_months: int
    paying_ends_at: time
    send_at: time
    first_payment_reminder_days: int
    last_payment_reminder_days: int
    missed_notice_days: int
    catch_up_every_days: int
    catch_up_times: int
    antenatal: str
    districts: tuple[District, ...]
    visits: tuple[VisitRule, ...]

    @property
    def cycle_amount(self) -> int:
        """What one payment brings."""
        return self.monthly_amount * self.cycle_months

    @property
    def pregnancy_from_month(self) -> int:
        """The month of pregnancy, of four weeks, in which `pregnancy_from_week` lies."""
        return (self.pregnancy_from_week + 3) // 4

    def visit(self, key: str) -> VisitRule | None:
        return next((rule for rule in self.visits if rule.key == key), None)

    def serves(self, district: str) -> bool:
        return any(served.key == district for served in self.districts)


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One rule and where it comes from: a line of the list that a Lao partner confirms."""

    key: str
    value: str
    source: str
    sure: Sure


class Programme:
    """The rules over time. Raises ProgrammeError where the file contradicts itself."""

    def __init__(self, file: ProgrammeFile) -> None:
        self.version = file.version
        self.holidays: HolidayChanges = file.holidays
        self._file = file
        self._rules = tuple(_rules(file, day) for day in _days_of_change(file))
        self._from_on = [rules.from_on for rules in self._rules]
        for rules in self._rules:
            _check(rules)
        self._visits = {
            contact.key: _visit_rule(schedule, contact)
            for schedule in file.schedules
            for contact in schedule.visits
        }

    def rules_on(self, day: date) -> Rules:
        """What was in force on `day`; raises ProgrammeError for a day before the programme."""
        index = bisect_right(self._from_on, day)
        if index == 0:
            raise ProgrammeError(f"no rules were in force on {day.isoformat()}")
        return self._rules[index - 1]

    def visit_keys(self) -> frozenset[str]:
        """Every key a recorded visit may carry, of whatever preset and time."""
        return frozenset(self._visits)

    def visit(self, key: str) -> VisitRule:
        """The visit of one of `visit_keys`, of whatever preset; raises KeyError for another."""
        return self._visits[key]

    def marks(self) -> tuple[Mark, ...]:
        """Every rule of the file with its source, in the order of the file."""
        return tuple(_marks(self._file))


def _days_of_change(file: ProgrammeFile) -> list[date]:
    """The days on which some rule begins or ends, from the first on which there is one of each."""
    series = list(_series(file))
    for name, entries in series:
        starts = [entry.from_on for entry in entries]
        if not starts:
            raise ProgrammeError(f"programme.toml, rules.{name}: needs at least one entry")
        if sorted(set(starts)) != starts:
            raise ProgrammeError(f"programme.toml, rules.{name}: from_on must ascend")
    days = {entry.from_on for _, entries in series for entry in entries}
    spells: tuple[Spell, ...] = (*file.districts, *file.schedules)
    for spell in spells:
        days.add(spell.from_on)
        if spell.until_on < date.max:
            days.add(spell.until_on + A_DAY)
    first = max(entries[0].from_on for _, entries in series)
    return sorted(day for day in days if day >= first)


def _series(file: ProgrammeFile) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for field in msgspec.structs.fields(file.rules):
        yield field.name, getattr(file.rules, field.name)


def _rules(file: ProgrammeFile, day: date) -> Rules:
    values = {
        name: next(entry.value for entry in reversed(entries) if entry.from_on <= day)
        for name, entries in _series(file)
    }
    return Rules(
        from_on=day,
        districts=tuple(served for served in file.districts if _spans(served, day)),
        visits=tuple(
            _visit_rule(schedule, contact)
            for schedule in file.schedules
            if _spans(schedule, day) and schedule.preset in {None, values["antenatal"]}
            for contact in schedule.visits
        ),
        **values,
    )


def _spans(spell: Spell, day: date) -> bool:
    return spell.from_on <= day <= spell.until_on


def _visit_rule(schedule: Schedule, contact: Contact) -> VisitRule:
    return VisitRule(
        key=contact.key,
        kind=schedule.kind,
        where=schedule.place,
        lead_days=schedule.lead_days,
        opens=contact.opens,
        closes=contact.closes,
        after=contact.after,
        after_weeks=contact.after_weeks,
    )


def _check(rules: Rules) -> None:
    """The contradictions that no single key shows."""
    _check_unique("districts", (served.key for served in rules.districts))
    _check_unique("schedules", (visit.key for visit in rules.visits))
    if rules.child_entry_months > rules.paid_until_months:
        raise ProgrammeError("programme.toml, rules.child_entry_months: above paid_until_months")
    if rules.last_payment_reminder_days >= rules.first_payment_reminder_days:
        raise ProgrammeError(
            "programme.toml, rules.last_payment_reminder_days: not below the first's"
        )
    if not any(visit.kind == "antenatal" for visit in rules.visits):
        raise ProgrammeError(f"programme.toml, rules.antenatal: no schedule {rules.antenatal}")
    _check_visits(rules)


def _check_unique(table: str, keys: Iterable[str]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ProgrammeError(f"programme.toml, {table}: {', '.join(twice)} stands there twice")


def _check_visits(rules: Rules) -> None:
    seen: set[tuple[str, Kind]] = set()
    for visit in rules.visits:
        if visit.closes.after(rules.from_on) < visit.opens.after(rules.from_on):
            raise ProgrammeError(f"programme.toml, schedules: {visit.key} closes before it opens")
        if visit.after is not None and (visit.after, visit.kind) not in seen:
            raise ProgrammeError(
                f"programme.toml, schedules: {visit.key} is after {visit.after}, "
                "which must stand above it and be of the same kind"
            )
        seen.add((visit.key, visit.kind))


def _marks(file: ProgrammeFile) -> Iterator[Mark]:
    for name, entries in _series(file):
        for entry in entries:
            value = f"{entry.value} from {entry.from_on.isoformat()}"
            yield Mark(key=f"rules.{name}", value=value, source=entry.source, sure=entry.sure)
    for served in file.districts:
        yield Mark(
            key=f"districts.{served.key}",
            value=f"{served.name}, {served.latin}",
            source=served.source,
            sure=served.sure,
        )
    for schedule in file.schedules:
        yield Mark(
            key=f"schedules.{schedule.name}",
            value=", ".join(contact.key for contact in schedule.visits),
            source=schedule.source,
            sure=schedule.sure,
        )


PROGRAMME = Programme(parse(Path(__file__).with_name("programme.toml").read_text("utf-8")))
