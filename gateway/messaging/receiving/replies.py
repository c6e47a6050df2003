"""Answers by SMS to what somebody has just asked: sent first, at any hour, to whoever asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.core.caller import Beneficiary, Caller, PaymentStatus, Status, endings
from gateway.core.formats import format_short_date
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.receiving.allowance import DAY, Allowance, Question, allow, was_told
from gateway.messaging.unreachable import operator_refuses
from gateway.registry.queries import beneficiary_by_registration_no, caller_facts
from gateway.registry.tables import beneficiaries

VALID_FOR = timedelta(hours=12)
MOST_SMS = 3  # about different women of one phone, for one question
STATUS_REPLIES: Mapping[Status, str] = {
    "applied": "being_checked",
    "verified": "approved",
    "suspended": "on_hold",
    "rejected": "not_accepted",
    "exited": "grant_ended",
}
# What is still to be said of the last payment; scheduled: its day has passed without a result.
_OF_THE_LAST: Mapping[PaymentStatus, str] = {
    "missed": "payment_missed",
    "scheduled": "payday_passed",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say: a template of `messaging.wordings`, and whom and which payment it is of."""

    template: str
    params: Mapping[str, str] = field(default_factory=dict)
    beneficiary_id: UUID | None = None
    payment_id: UUID | None = None


# What becomes of an answer, as a screen must say it: on its way, had before, held back; or on its
# way to an operator who has refused the number so far.
Answered = Literal["queued", "had", "held", "refused"]


def answer(
    connection: Connection,
    replies: Sequence[Reply],
    question: Question,
    *,
    locale: str,
    allowance: Allowance,
) -> Answered:
    """Queues the answer to one question, within what its number is allowed.

    The last step of the caller's writing transaction, which has made sure that the question is new.
    """
    if not replies:
        return "held"
    reason = allow(connection, question, allowance)
    if reason is not None:
        had = reason == "had_it" or was_told(connection, question, within=DAY)
        return "had" if had else "held"
    now = question.at
    drafts = [
        Draft(
            dedupe_key=f"reply:{question.event_id}" + (f":{number}" if number else ""),
            category="reply",
            template=reply.template,
            msisdn=question.msisdn,
            locale=locale,
            params=reply.params,
            beneficiary_id=reply.beneficiary_id,
            payment_id=reply.payment_id,
            not_before_at=now,
            expires_at=now + VALID_FOR,
        )
        for number, reply in enumerate(replies)
    ]
    refused = operator_refuses(connection, question.msisdn)
    queue_messages(connection, drafts, now=now)
    return "refused" if refused else "queued"


def summary_of(
    connection: Connection, beneficiary_id: UUID, msisdn: str, *, on: date
) -> list[Reply]:
    """What the payment screen shows of her, as an SMS to `msisdn`, hers or shared; nothing where
    she is not known.
    """
    number = connection.execute(
        select(beneficiaries.c.registration_no).where(beneficiaries.c.id == beneficiary_id)
    ).scalar_one_or_none()
    found = beneficiary_by_registration_no(connection, number, on=on) if number else None
    if found is None:
        return []
    caller = caller_facts(connection, msisdn, on=on, default_locale="")
    return [_summary(found, _endings_on(caller).get(found.id))]


def summary_for(
    connection: Connection, msisdn: str, *, on: date, default_locale: str
) -> list[Reply]:
    """The same for everyone whose number it is; one reply at least.

    Women of one phone for whom it reads the same are answered by one SMS. Otherwise each SMS says
    whose it is; from MOST_SMS on the phone is asked to dial: there each of them has her own line.
    """
    caller = caller_facts(connection, msisdn, on=on, default_locale=default_locale)
    known = caller.beneficiaries
    if not known:
        return [Reply("not_known")]
    if len({_what_is_said(one) for one in known}) == 1 and not caller.more:
        return [_summary(known[0])]
    endings_of = _endings_on(caller)
    replies = [_summary(one, endings_of.get(one.id)) for one in known[:MOST_SMS]]
    return [*replies, Reply("registered")] if len(known) > MOST_SMS else replies


def _endings_on(caller: Caller) -> dict[str, str]:
    """{id: the end of her registration number} where a phone is of several."""
    known = caller.beneficiaries
    if len(known) < 2:
        return {}
    shown = endings([one.registration_no for one in known])
    return {one.id: ending for one, ending in zip(known, shown, strict=True)}


def _what_is_said(beneficiary: Beneficiary) -> object:
    """The same for two whose SMS read the same."""
    reply = _summary(beneficiary)
    payment, last = beneficiary.next_payment, beneficiary.last_payment
    if reply.template == "payment_due" and payment is not None:
        said = (payment.due_on, payment.pay_point, payment.amount)
        return (*said, beneficiary.has_pin, beneficiary.village)
    due_on = last.due_on if reply.template in _OF_THE_LAST.values() and last else None
    return reply.template, due_on, reply.params.get("due_on")


def _summary(beneficiary: Beneficiary, ending: str | None = None) -> Reply:
    """`ending`: how her registration number ends, where the SMS must say whose it is."""
    whom = UUID(beneficiary.id)
    params = {} if ending is None else {"ending": ending}
    if not beneficiary.told_of_paydays:
        return Reply(STATUS_REPLIES[beneficiary.status], params, whom)
    payment = beneficiary.next_payment
    if payment is not None:
        return Reply("payment_due", params, whom, UUID(payment.id))
    cancelled = beneficiary.cancelled_payment
    if cancelled is not None:
        params["due_on"] = format_short_date(cancelled.due_on)
        return Reply("payday_cancelled", params, whom)
    last = beneficiary.last_payment
    if last is not None and last.status in _OF_THE_LAST:
        return Reply(_OF_THE_LAST[last.status], params, whom, UUID(last.id))
    return Reply("no_payment", params, whom)
