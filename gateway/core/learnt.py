"""What the gateway learns: the closed vocabulary of the change feed, of webhooks and write-backs.

A kind that is not here is refused wherever it is written. What is written beside it are ids and
words of closed vocabularies, under exactly the names that stand here; no text of a person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.message_states import MessageState


class Learnt(StrEnum):
    """A kind of change, as the table `changes`, the feed and webhooks have it."""

    OPTOUT_STARTED = "optout.started"
    OPTOUT_ENDED = "optout.ended"
    LANGUAGE_CHOSEN = "language.chosen"
    CONSENT_SET = "consent.set"
    NUMBER_DISOWNED = "number.disowned"
    NUMBER_CORRECTED = "number.corrected"
    NUMBER_UNREACHABLE = "number.unreachable"
    NUMBER_REACHABLE = "number.reachable"
    COURSE_ENDED = "course.ended"
    COURSE_RESUMED = "course.resumed"
    LIFE_EVENT_ENTERED = "life_event.entered"
    LIFE_EVENT_TAKEN_BACK = "life_event.taken_back"
    CASE_OPENED = "case.opened"
    CASE_REPEATED = "case.repeated"
    CASE_NOTED = "case.noted"
    CASE_ANSWERED = "case.answered"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    PAYMENT_COMPLAINED = "payment.complained"
    PAYMENT_MARKED = "payment.marked"
    PAYMENT_MARK_TAKEN_BACK = "payment.mark_taken_back"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_EXPIRED = "message.expired"
    MESSAGE_REFUSED = "message.refused"
    MESSAGE_SUPPRESSED = "message.suppressed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Meaning:
    """`what`: one sentence for whoever reads the feed. `data`: {name: what stands there}."""

    what: str
    data: Mapping[str, str]


_CASE = {"case": "the case's number", "about": "what it is about: a kind of case"}
_LIFE = {"event": "a birth, a loss, a death, a move: a kind of event in her life"}
_CATEGORY = "`payment`, `health`, `broadcast`, `all`"
_SOURCE = "`sms`, `ussd`, `staff`, `api`, or the operator whose list it is"
_CYCLE = "the payment's cycle"
_MESSAGE = {"message_id": "the message's id", "category": "its category"}

MEANINGS: Mapping[Learnt, Meaning] = {
    Learnt.OPTOUT_STARTED: Meaning(
        what="A number wants no SMS of a category any more.",
        data={"category": _CATEGORY, "source": _SOURCE},
    ),
    Learnt.OPTOUT_ENDED: Meaning(
        what="A number wants them again.", data={"category": _CATEGORY, "source": _SOURCE}
    ),
    Learnt.LANGUAGE_CHOSEN: Meaning(
        what="Somebody chose a language.", data={"locale": "`lo`, `lo_Latn`, `en`"}
    ),
    Learnt.CONSENT_SET: Meaning(
        what="Reminders of a category were turned on or off, by her or by staff.",
        data={"category": "`payment`, `health`", "given": "true or false"},
    ),
    Learnt.NUMBER_DISOWNED: Meaning(
        what="Whoever answers at her number said that it is not hers.", data={}
    ),
    Learnt.NUMBER_CORRECTED: Meaning(
        what="Staff entered another number of hers, or that she has none.", data={}
    ),
    Learnt.NUMBER_UNREACHABLE: Meaning(
        what="SMS have failed to reach her number on several days.", data={}
    ),
    Learnt.NUMBER_REACHABLE: Meaning(
        what="An SMS has reached a number that none reached before.", data={}
    ),
    Learnt.COURSE_ENDED: Meaning(
        what="Health messages of this pregnancy or child have ended.",
        data={
            "reason": "`asked`, `pregnancy_ended`, `child_died`, `moved`, `mother_died`, `other`"
        },
    ),
    Learnt.COURSE_RESUMED: Meaning(what="They go on after all.", data={}),
    Learnt.LIFE_EVENT_ENTERED: Meaning(what="Staff entered what happened in her life.", data=_LIFE),
    Learnt.LIFE_EVENT_TAKEN_BACK: Meaning(what="Staff took such an entry back.", data=_LIFE),
    Learnt.CASE_OPENED: Meaning(what="Somebody asked for a person.", data=_CASE),
    Learnt.CASE_REPEATED: Meaning(what="The same was said again of an open case.", data=_CASE),
    Learnt.CASE_NOTED: Meaning(what="Staff noted something about a case.", data=_CASE),
    Learnt.CASE_ANSWERED: Meaning(
        what="Staff answered a case by SMS.", data={**_CASE, "message_id": "the answer's id"}
    ),
    Learnt.CASE_CLOSED: Meaning(what="A case was closed.", data=_CASE),
    Learnt.CASE_REOPENED: Meaning(what="A closed case was opened again.", data=_CASE),
    Learnt.PAYMENT_COMPLAINED: Meaning(
        what="She said that she was not paid.",
        data={"case": "the case's number", "cycle": f"{_CYCLE}; null where none had come"},
    ),
    Learnt.PAYMENT_MARKED: Meaning(
        what="Staff marked a payment as paid or missed.",
        data={"cycle": _CYCLE, "was": "its status before", "status": "its status now"},
    ),
    Learnt.PAYMENT_MARK_TAKEN_BACK: Meaning(
        what="Staff took such a mark back.", data={"cycle": _CYCLE, "status": "its status now"}
    ),
    Learnt.MESSAGE_DELIVERED: Meaning(what="An SMS reached its handset.", data=_MESSAGE),
    Learnt.MESSAGE_FAILED: Meaning(what="An SMS could not be delivered.", data=_MESSAGE),
    Learnt.MESSAGE_EXPIRED: Meaning(
        what="An SMS was not delivered in its time, or nothing was heard of it.", data=_MESSAGE
    ),
    Learnt.MESSAGE_REFUSED: Meaning(what="The operator did not take an SMS.", data=_MESSAGE),
    Learnt.MESSAGE_SUPPRESSED: Meaning(
        what="An SMS was not sent: opted out, not eligible any more, said before.", data=_MESSAGE
    ),
}

# Ends of a message; what is under way or taken back is no news to anybody outside.
OUTCOMES: Mapping[MessageState, Learnt] = {
    "delivered": Learnt.MESSAGE_DELIVERED,
    "failed": Learnt.MESSAGE_FAILED,
    "expired": Learnt.MESSAGE_EXPIRED,
    "refused": Learnt.MESSAGE_REFUSED,
    "suppressed": Learnt.MESSAGE_SUPPRESSED,
}
