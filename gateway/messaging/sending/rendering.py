"""A claimed message meets the truth: a text for a handset, or the reason why not. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.core.consent import reason_to_hold_back
from gateway.core.formats import format_amount, format_short_date
from gateway.core.health_schedule import course_of, due_contacts
from gateway.core.payment_reminders import TAKES_BACK, standing_for
from gateway.core.programme import PROGRAMME
from gateway.core.segments import segment
from gateway.core.told import TAKEN_BACK, Told
from gateway.core.villages import village_text
from gateway.messaging.sending.claims import Verdict
from gateway.messaging.sending.facts import MessageFacts, PaymentFacts, PersonFacts
from gateway.messaging.sending.handouts import Handout
from gateway.messaging.wordings import WORDINGS, Gettext, fit, write

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
# What a payment must be for its message to be still true.
PAYMENT_STATUS = {
    "payment_due": "scheduled",
    "payment_changed": "scheduled",
    "payment_missed": "missed",
    "payment_cancelled": "cancelled",
    "payment_withdrawn": "scheduled",
}


@dataclass(frozen=True, slots=True)
class Language:
    """What a text is written with, besides the facts."""

    gettext: Mapping[str, Gettext]
    default_locale: str
    zone: ZoneInfo
    hotline: str
    service_code: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that may go. `told`: the payment's day and pay point as the body names them.

    `occasion` tells the same text on the same day from one that is due again.
    """

    message_id: UUID
    msisdn: str
    body: str
    told: Told | None
    segments: int
    attempts: int
    once_a_day: bool
    moved: bool
    occasion: str = ""
    broadcast_id: UUID | None = None


def render(message: MessageFacts, language: Language, now: datetime) -> Ready | Verdict:
    """The text and its handset, or what the message becomes instead of being sent."""
    halted = _halted(message, now)
    if halted is not None:
        return halted
    today = now.astimezone(language.zone).date()
    reason = _reason_not_to_send(message, today)
    if reason is not None or message.msisdn is None:
        return Verdict(message_id=message.id, state="suppressed", reason=reason or "no_number")
    body = _body(message, language, today)
    return Ready(
        message_id=message.id,
        msisdn=message.msisdn,
        body=body,
        told=_told(message),
        segments=_segments(body),
        attempts=message.attempts,
        once_a_day=message.category != "reply",
        moved=message.moved,
        occasion=str(message.params.get("occasion", "")),
        broadcast_id=message.broadcast_id,
    )


def _told(message: MessageFacts) -> Told | None:
    if message.payment is None:
        return None
    if message.template in TAKES_BACK:
        return TAKEN_BACK
    return Told(message.payment.due_on, message.payment.pay_point_id)


@lru_cache(maxsize=1024)
def _segments(body: str) -> int:
    return segment(body).count


def _halted(message: MessageFacts, now: datetime) -> Verdict | None:
    by_staff = halted(message.id, message.broadcast_state, now)
    if by_staff is None and message.expires_at <= now:
        return Verdict(message_id=message.id, state="expired", reason="too_late")
    return by_staff


def halted(message_id: UUID, broadcast_state: str | None, now: datetime) -> Verdict | None:
    """What a message becomes whose broadcast staff have paused or ended; None where it may go."""
    if broadcast_state == "cancelled":
        return Verdict(message_id=message_id, state="cancelled", reason="broadcast_cancelled")
    if broadcast_state == "paused":
        # Out of the claims' way until it is resumed, which sets the time anew.
        return Verdict(message_id=message_id, state="queued", not_before_at=now + A_DAY)
    return None


def _reason_not_to_send(message: MessageFacts, today: date) -> str | None:
    person = message.person
    if message.moved and message.params.get("stays"):
        return "not_listed"  # a key of a team reaches the phones on its list, nobody's next one
    if person is None:
        return None
    if message.category == "reply":
        outdated = message.payment is not None and person.standing.status != "enrolled"
        return "not_eligible" if outdated else None
    standing = standing_for(message.template, person.standing)
    held_back = reason_to_hold_back(message.category, standing)
    if held_back is not None:
        return held_back
    if not message.in_audience:
        return "not_in_audience"
    return "no_longer_due" if _is_no_longer_due(message, person, today) else None


def _is_no_longer_due(message: MessageFacts, person: PersonFacts, today: date) -> bool:
    if message.payment is not None and _is_over(message.template, message.payment, today):
        return True
    if message.template == "payment_withdrawn":
        return person.standing.status == "enrolled"
    return "visits" in message.params and _visit_on(message, person, today) is None


def _is_over(template: str, payment: PaymentFacts, today: date) -> bool:
    if payment.status != PAYMENT_STATUS.get(template, payment.status):
        return True
    return payment.status == "scheduled" and payment.due_on < today


def _visit_on(message: MessageFacts, person: PersonFacts, today: date) -> date | None:
    """The day to name; None where none of the visits is still due about then."""
    wanted = set(message.params["visits"])
    planned_on = date.fromisoformat(message.params["due_on"])
    contacts = due_contacts(
        rules=PROGRAMME.rules_on(today),
        course=course_of(person.category, person.edd, person.child_dob),
        done=person.done,
        on=today,
    )
    due = [contact.due_on for contact in contacts if contact.rule.key in wanted]
    if not due or min(due) - planned_on >= A_WEEK:
        return None
    return max(planned_on, min(due))


def _body(message: MessageFacts, language: Language, today: date) -> str:
    locale = message.locale if message.locale in language.gettext else language.default_locale
    if message.broadcast_texts is not None:
        texts = message.broadcast_texts
        return fit(texts.get(locale) or texts[language.default_locale], locale)
    gettext = language.gettext[locale]
    params = {key: str(value) for key, value in message.params.items()}
    params |= {"hotline": language.hotline, "service_code": language.service_code}
    if message.person is not None:
        params |= _about(message, message.person, locale, gettext, today)
    wording = WORDINGS[_wording(message)]
    body = write(wording, params, locale, gettext)
    if message.payment is None or message.person is None or segment(body).count == 1:
        return body
    # A pay point's full name is what is true; where it costs a segment, her village must do.
    params["place"] = village_text(message.person.village.in_locale(locale), gettext)
    return write(wording, params, locale, gettext)


def _wording(message: MessageFacts) -> str:
    """Several who are paid are told together; no amount goes to the phone of whoever set a PIN, or
    to one that is said not to be hers.
    """
    payment = message.payment
    if payment is None:
        return message.template
    is_of_one = "ending" in message.params  # it says whose, and so is not one among others
    if message.template == "payment_due":
        handouts = _told_of(message, payment)
        person = message.person
        guarded = person is not None and (person.has_pin or person.standing.disowned)
        guarded = guarded or any(one.guarded for one in handouts)
        together = "_together" if _people(handouts) > 1 else ""
        return f"payment_due{together}" + ("_guarded" if guarded else "")
    if message.template == "payment_changed" and _others_stay(message, payment):
        return "payment_changed_one"
    if message.template == "payment_missed" and not is_of_one and _others_are_paid(payment):
        return "payment_missed_one"
    return message.template


def _told_of(message: MessageFacts, payment: PaymentFacts) -> list[Handout]:
    """What one SMS speaks of: all that the handset is paid; in answer to one woman, her own."""
    together = payment.together()
    if message.category != "reply":
        return together
    return [one for one in together if one.beneficiary_id == payment.beneficiary_id]


def _people(handouts: Iterable[Handout]) -> int:
    return len({one.beneficiary_id for one in handouts})


def _others_stay(message: MessageFacts, payment: PaymentFacts) -> bool:
    """Whether something else is still paid on the day and at the place that she was told."""
    was = Told.read(message.params.get("was"))
    ahead = (one for one in payment.on_handset if one.status == "scheduled")
    return any(Told(one.due_on, one.pay_point_id) == was for one in ahead)


def _others_are_paid(payment: PaymentFacts) -> bool:
    """Whether something else of that day on the handset was paid, or still may be."""
    that_day = (one for one in payment.on_handset if one.due_on == payment.due_on)
    return any(one.status != "missed" for one in that_day)


def _about(
    message: MessageFacts, person: PersonFacts, locale: str, gettext: Gettext, today: date
) -> dict[str, str]:
    village = village_text(person.village.in_locale(locale), gettext)
    if message.payment is not None:
        payment = message.payment
        at_home = payment.place.name == person.village.name
        due_on = payment.due_on
        handouts = _told_of(message, payment)
        amount = sum(one.amount for one in handouts) or payment.amount
        if message.template in TAKES_BACK:  # the day she was told
            due_on = date.fromisoformat(message.params["due_on"])
        return {
            "due_on": format_short_date(due_on),
            "place": village if at_home else payment.place.in_locale(locale),
            "amount": format_amount(amount, locale, gettext),
            "people": str(_people(handouts)),
        }
    if "visits" in message.params:
        visit_on = _visit_on(message, person, today)
        at_centre = message.params["place"] == "centre"
        return {
            "due_on": format_short_date(visit_on) if visit_on else "",
            "place": person.health_centre.in_locale(locale) if at_centre else village,
        }
    return {}
