"""A person's health reminders of one day: what is due in a week is one SMS."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from gateway.core.health_schedule import DueContact, course_of, due_contacts, week_of
from gateway.core.programme import Rules
from gateway.core.programme_file import Kind
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import MOST_MOVED, Person, Planned, Template, at_local, moved

A_DAY = timedelta(days=1)


def health_reminders(
    person: Person, on: date, rules: Rules, hours: SendingHours
) -> Iterator[Planned]:
    hers = course_of(person.category, person.edd, person.child_dob)
    contacts = due_contacts(rules=rules, course=hers, done=person.done, on=on)
    weeks: dict[str, list[tuple[date, DueContact]]] = {}
    for contact in contacts:
        for occasion_on in _occasions(contact, rules):
            if occasion_on >= on:
                weeks.setdefault(week_of(occasion_on), []).append((occasion_on, contact))
    for week, occasions in weeks.items():
        days = {
            occasion_on - timedelta(days=contact.rule.lead_days)
            for occasion_on, contact in occasions
        }
        starts = (moved(day, rules, hours) for day in days if on <= day <= on + MOST_MOVED)
        today = [start for start in starts if start.date() == on]
        if today:
            yield _health_message(person, week, occasions, min(today), hours)


def _occasions(contact: DueContact, rules: Rules) -> Iterator[date]:
    """The day a visit is due, and the days on which it is called for again in its window."""
    for times in range(rules.catch_up_times + 1):
        occasion_on = contact.due_on + timedelta(days=times * rules.catch_up_every_days)
        if occasion_on <= contact.closes_on:
            yield occasion_on


def _health_message(
    person: Person,
    week: str,
    occasions: list[tuple[date, DueContact]],
    not_before_at: datetime,
    hours: SendingHours,
) -> Planned:
    first_on = min(occasion_on for occasion_on, _ in occasions)
    rules = [contact.rule for _, contact in occasions]
    return Planned(
        dedupe_key=f"health:{person.beneficiary_id}:{week}",
        category="health",
        template=_health_template({rule.kind for rule in rules}),
        beneficiary_id=person.beneficiary_id,
        msisdn=person.msisdn,
        payment_id=None,
        params={
            "due_on": first_on.isoformat(),
            "place": "centre" if any(rule.where == "centre" for rule in rules) else "outreach",
            "visits": [rule.key for rule in rules],
        },
        not_before_at=not_before_at,
        expires_at=at_local(first_on + A_DAY, time.min, hours),
    )


def _health_template(kinds: set[Kind]) -> Template:
    if kinds == {"vaccine"}:
        return "vaccine"
    return "postnatal" if kinds == {"postnatal"} else "health_check"
