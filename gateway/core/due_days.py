"""Whom a day's planning has to look at: a search by days, made by the rules that plan.

Whoever has none of these days gets nothing on that day. Many who have one get nothing either:
that is for `gateway.core.reminders` to say.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import msgspec

from gateway.core.caller import PaymentStatus
from gateway.core.consent import Standing
from gateway.core.health_reminders import called_on, occasions
from gateway.core.health_schedule import GESTATION, DueContact
from gateway.core.msisdn import Msisdn
from gateway.core.payment_reminders import payment_days, payment_reminders
from gateway.core.programme import Rules, VisitRule
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import MOST_MOVED, DuePayment, Person, days_moved_to

A_DAY = timedelta(days=1)
_ANYBODY = Person(
    beneficiary_id="",
    msisdn=Msisdn(""),
    standing=Standing(status="enrolled", consent_payment=True, consent_health=True),
    village="",
    health_centre="",
    category="child",
)
_TOLD: tuple[PaymentStatus, ...] = ("scheduled", "missed")

Days = frozenset[date]


class DueDays(msgspec.Struct, frozen=True, kw_only=True):
    """`payments`: the `due_on` of those of a status; `visits`: the days on which a visit was made,
    by its key; `edd` and `child_dob`: those of a person.
    """

    payments: Mapping[str, Days]
    visits: Mapping[str, Days]
    edd: Days
    child_dob: Days


def due_days(on: date, rules: Rules, hours: SendingHours) -> DueDays:
    """The days that can bring somebody a reminder on the local day `on`."""
    sent_on = days_moved_to(on, rules, hours)
    antenatal, later = set[date](), set[date]()
    for rule in rules.visits:
        (antenatal if rule.kind == "antenatal" else later).update(_starts(rule, on, rules, sent_on))
    return DueDays(
        payments={one: frozenset(_paydays(one, on, rules, hours)) for one in _TOLD},
        visits=_doses(rules, sent_on),
        edd=frozenset(start + GESTATION for start in antenatal),
        child_dob=frozenset(later),
    )


def _paydays(status: PaymentStatus, on: date, rules: Rules, hours: SendingHours) -> Iterator[date]:
    day, last = payment_days(on, rules)
    while day <= last:
        payment = DuePayment(id="", due_on=day, status=status, pay_point_id=0)
        if any(payment_reminders(_ANYBODY, payment, on, rules, hours)):
            yield day
        day += A_DAY


def _starts(rule: VisitRule, on: date, rules: Rules, sent_on: Days) -> Iterator[date]:
    """The days on which a course may have begun of which the visit is called for on `on`, unless
    it waits for a dose."""
    start = on + MOST_MOVED + timedelta(days=rule.lead_days)
    while (closes_on := rule.closes.after(start)) >= on:
        contact = DueContact(rule=rule, due_on=rule.opens.after(start), closes_on=closes_on)
        if _waits_briefly(rule) or _is_called(contact, rules, sent_on):
            yield start
        start -= A_DAY


def _is_called(contact: DueContact, rules: Rules, sent_on: Days) -> bool:
    return any(called_on(one, contact.rule) in sent_on for one in occasions(contact, rules))


def _waits_briefly(rule: VisitRule) -> bool:
    """The dose before it counts as given today at the earliest, while it is missing. Then it is
    called for in some weeks, unless that is so soon that holidays may move it to today."""
    if rule.after is None:
        return False
    return timedelta(weeks=rule.after_weeks, days=-rule.lead_days) <= MOST_MOVED


def _doses(rules: Rules, sent_on: Days) -> dict[str, Days]:
    """A dose is due so many weeks after the one before it; a later one implies that."""
    found: dict[str, Days] = {}
    for rule in rules.visits:
        if rule.after is None:
            continue
        again = (times * rules.catch_up_every_days for times in range(rules.catch_up_times + 1))
        waits = [timedelta(days=more - rule.lead_days, weeks=rule.after_weeks) for more in again]
        days = frozenset(day - wait for day in sent_on for wait in waits)
        for key in _since(rule.after, rules):
            found[key] = found.get(key, frozenset()) | days
    return found


def _since(key: str, rules: Rules) -> set[str]:
    """The visit and every one that must lie behind it."""
    keys, more = set[str](), {key}
    while more:
        keys |= more
        more = {rule.key for rule in rules.visits if rule.after in more} - keys
    return keys
