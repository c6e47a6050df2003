"""A person's health reminders of one day: what is due in a week is one SMS."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from gateway.core.health_schedule import DueContact, course_of, due_contacts, week_of
from gateway.core.programme import Rules, VisitRule
from gateway.core.programme_file import Kind
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import Person, Planned, Template, at_local, moved

A_DAY = timedelta(days=1)


def health_reminders(
    person: Person, on: date, rules: Rules, hours: SendingHours, sent_on: Collection[date]
) -> Iterator[Planned]:
    """Those that go out on `on`, which are those of the days `sent_on`."""
    hers = course_of(person.category, person.edd, person.child_dob)
    contacts = due_contacts(rules=rules, course=hers, done=person.done, on=on)
    weeks: dict[str, list[tuple[date, DueContact]]] = {}
    for contact in contacts:
        for occasion_on in occasions(contact, rules):
            if occasion_on >= on:
                weeks.setdefault(week_of(occasion_on), []).append((occasion_on, contact))
    for week, of_week in weeks.items():
        days = {called_on(occasion_on, contact.rule) for occasion_on, contact in of_week}
        today = days.intersection(sent_on)
        if today:
            yield _health_message(person, week, of_week, moved(min(today), rules, hours), hours)


def occasions(contact: DueContact, rules: Rules) -> Iterator[date]:
    """The day a visit is due, and the days on which it is called for again in its window."""
    for times in range(rules.catch_up_times + 1):
        occasion_on = contact.due_on + timedelta(days=times * rules.catch_up_every_days)
        if occasion_on <= contact.closes_on:
            yield occasion_on


def called_on(occasion_on: date, rule: VisitRule) -> date:
    """The day on which an occasion is called for, where no holiday moves it."""
    return occasion_on - timedelta(days=rule.lead_days)


def _health_message(
    person: Person,
    week: str,
    of_week: list[tuple[date, DueContact]],
    not_before_at: datetime,
    hours: SendingHours,
) -> Planned:
    first_on = min(occasion_on for occasion_on, _ in of_week)
    rules = [contact.rule for _, contact in of_week]
    return Planned(
        dedupe_key=f"health:{person.beneficiary_id}:{week}",
        category="health",
        template=health_template({rule.kind for rule in rules}),
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


def health_template(kinds: set[Kind]) -> Template:
    """One SMS for visits of these kinds."""
    if kinds == {"vaccine"}:
        return "vaccine"
    return "postnatal" if kinds == {"postnatal"} else "health_check"
