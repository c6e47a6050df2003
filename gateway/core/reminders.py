"""Which reminders a day plans: from payments, visits and consents to messages yet to be written.

Planning a day again plans the same messages under the same keys: the ledger's UNIQUE key lets
each in once. What is planned is an intent; texts, places and consents are looked up when it is
sent.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from gateway.core.consent import reason_to_hold_back
from gateway.core.health_reminders import health_reminders
from gateway.core.payment_reminders import payment_reminders
from gateway.core.programme import Rules
from gateway.core.quiet_hours import SendingHours
from gateway.core.reminder_records import Person, Planned, days_moved_to


def plan(people: Iterable[Person], *, on: date, rules: Rules, hours: SendingHours) -> list[Planned]:
    """The reminders that go out on the local day `on`.

    Payments: `first_` and `last_payment_reminder_days` before `due_on`, and after a missed one.
    Health: each visit `lead_days` before, and again while it is not on record (`catch_up_`); the
    visits of one ISO week share a key, so one SMS. All start at `send_at`; what would fall on a
    holiday goes out on the last allowed time before, so it is planned on that earlier day. A
    reminder whose day has passed when the payment is entered is not made up for.

    Children of one age on one handset, twins mostly, give one health SMS as long as they come in
    one call; else the ledger holds the second back as a duplicate.
    """
    planned: dict[tuple[object, ...], Planned] = {}
    sent_on = days_moved_to(on, rules, hours)
    for person in sorted(people, key=lambda person: person.beneficiary_id):
        for message in _for_person(person, on, rules, hours, sent_on):
            planned.setdefault(_as_seen_on_the_handset(message, person), message)
    return list(planned.values())


def _for_person(
    person: Person, on: date, rules: Rules, hours: SendingHours, sent_on: Collection[date]
) -> Iterator[Planned]:
    if reason_to_hold_back("payment", person.standing) is None:
        for payment in person.payments:
            yield from payment_reminders(person, payment, on, rules, hours)
    if reason_to_hold_back("health", person.standing) is None:
        yield from health_reminders(person, on, rules, hours, sent_on)


def _as_seen_on_the_handset(message: Planned, person: Person) -> tuple[object, ...]:
    """Alike for two health SMS that would read the same; a payment's is told apart by its key."""
    if message.category != "health":
        return (message.dedupe_key,)
    place = message.params["place"]
    where = person.health_centre if place == "centre" else person.village
    return message.msisdn, message.template, message.params["due_on"], place, where
