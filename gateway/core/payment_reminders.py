"""A payment's reminders: before its day, after a missed one, and when date or place change."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msgspec import structs

from gateway.core.consent import Standing, reason_to_hold_back
from gateway.core.programme import Rules
from gateway.core.quiet_hours import SendingHours, next_allowed_from
from gateway.core.reminder_records import (
    MOST_MOVED,
    DuePayment,
    Person,
    Planned,
    Template,
    at_local,
    moved,
    starts_at,
)
from gateway.core.told import TAKEN_BACK, LastTold, Told

A_DAY = timedelta(days=1)
TAKES_BACK: frozenset[Template] = frozenset({"payment_cancelled", "payment_withdrawn"})


def standing_for(template: str, standing: Standing) -> Standing:
    """`standing` as a message of the template asks for it.

    Who is not enrolled gets no SMS about money, but for the one that spares her the way.
    """
    return structs.replace(standing, status="enrolled") if template in TAKES_BACK else standing


def payment_days(on: date, rules: Rules) -> tuple[date, date]:
    """The first and last `due_on` of the payments that planning the day `on` has to look at."""
    ahead = timedelta(days=rules.first_payment_reminder_days) + MOST_MOVED
    return on - timedelta(days=rules.missed_notice_days), on + ahead


def plan_correction(
    person: Person,
    payment: DuePayment,
    last: LastTold,
    *,
    now: datetime,
    rules: Rules,
    hours: SendingHours,
) -> Planned | None:
    """The correction owed when a payment is no longer as `last` told; None where none is.

    It goes out at the next allowed time, unless the paying day is over by then. One for each
    message that is no longer true: what moves away and back again is corrected twice. What is
    cancelled, or not paid to her because she is not enrolled any more, is taken back under the day
    she was told; where she was told nothing there is nothing to take back.
    """
    template = _correction(person, payment, last)
    if template is None:
        return None
    if reason_to_hold_back("payment", standing_for(template, person.standing)) is not None:
        return None
    due_on, now_true = payment.due_on, f"{payment.due_on}:{payment.pay_point_id}"
    if template in TAKES_BACK and last.told.due_on is not None:
        due_on, now_true = last.told.due_on, template.removeprefix("payment_")
    message = _payment_message(
        person,
        payment,
        template,
        due_on=due_on,
        key=f"correction:{payment.id}:{now_true}:{last.by}:{last.unsent}",
        not_before_at=next_allowed_from(now, hours),
        expires_at=at_local(due_on, rules.paying_ends_at, hours),
    )
    if message.not_before_at >= message.expires_at:
        return None
    # There and back again within a day is the same text twice, and both are news.
    more = {"occasion": str(last.today)}
    if template == "payment_changed" and last.told != TAKEN_BACK:
        more["was"] = last.told.written()
    return structs.replace(message, params=message.params | more)


def _correction(person: Person, payment: DuePayment, last: LastTold) -> Template | None:
    is_paid = payment.status == "scheduled" and person.standing.status == "enrolled"
    if is_paid and last.told != Told(payment.due_on, payment.pay_point_id):
        return "payment_changed"
    if last.told == TAKEN_BACK or not last.by:
        return None
    if payment.status == "cancelled":
        return "payment_cancelled"
    return "payment_withdrawn" if payment.status == "scheduled" and not is_paid else None


def payment_reminders(
    person: Person, payment: DuePayment, on: date, rules: Rules, hours: SendingHours
) -> Iterator[Planned]:
    if payment.status == "scheduled":
        reminders = _before_payday(person, payment, rules, hours)
        yield from (message for message in reminders if message.not_before_at.date() == on)
    elif payment.status == "missed":
        last_on = payment.due_on + timedelta(days=rules.missed_notice_days)
        not_before_at = next_allowed_from(starts_at(on, rules, hours), hours)
        if payment.due_on <= on and not_before_at.date() <= last_on:
            yield _payment_message(
                person,
                payment,
                "payment_missed",
                due_on=payment.due_on,
                key=f"payment:{payment.id}:{payment.due_on}:missed",
                not_before_at=not_before_at,
                expires_at=at_local(last_on + A_DAY, time.min, hours),
            )


def _before_payday(
    person: Person, payment: DuePayment, rules: Rules, hours: SendingHours
) -> Iterator[Planned]:
    """The two of a payment; one only, the later, where holidays push both into one day.

    The first holds until the second starts, the second until paying ends.
    """
    first, last = rules.first_payment_reminder_days, rules.last_payment_reminder_days
    first_at, last_at = (
        moved(payment.due_on - timedelta(days=days), rules, hours) for days in (first, last)
    )
    ends_at = at_local(payment.due_on, rules.paying_ends_at, hours)
    spans = [(last, last_at, ends_at)]
    if first_at.date() != last_at.date():
        spans.append((first, first_at, last_at))
    for days, not_before_at, expires_at in spans:
        yield _payment_message(
            person,
            payment,
            "payment_due",
            due_on=payment.due_on,
            key=f"payment:{payment.id}:{payment.due_on}:T-{days}",
            not_before_at=not_before_at,
            expires_at=expires_at,
        )


def _payment_message(
    person: Person,
    payment: DuePayment,
    template: Template,
    *,
    due_on: date,
    key: str,
    not_before_at: datetime,
    expires_at: datetime,
) -> Planned:
    return Planned(
        dedupe_key=key,
        category="payment",
        template=template,
        beneficiary_id=person.beneficiary_id,
        msisdn=person.msisdn,
        payment_id=payment.id,
        params={"due_on": due_on.isoformat()},
        not_before_at=not_before_at,
        expires_at=expires_at,
    )
