"""The closed vocabularies of what callers do: kinds of events, of needs and of cases.

A kind that is not here is refused wherever it is written: by the types, by `flask menus check` and
on its way into the database. A new one is a line of its enumeration and an entry of the table
below that; what else it needs, the check says (docs/adding-a-menu.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from gateway.core.errors import MenuError
from gateway.core.texts import _

FILE = "gateway/core/kinds.py"


class Kind(StrEnum):
    """Base of the three. `EventKind(word)` raises MenuError for a word that is not among them."""

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        raise MenuError(f"{value!r} is no {cls.__name__}: {FILE} has them all")


class EventKind(Kind):
    """What a caller did, as the table `events` has it; what comes of it: dialogue/effects.py."""

    LANGUAGE_CHOSEN = "language_chosen"
    REMINDERS_STARTED = "reminders_started"
    REMINDERS_STOPPED = "reminders_stopped"
    COURSE_STOPPED = "course_stopped"
    CASE_OPENED = "case_opened"
    NUMBER_DISOWNED = "number_disowned"
    SUMMARY_REQUESTED = "summary_requested"
    SCREENED = "screened"
    RESUME_OFFERED = "resume_offered"


@dataclass(frozen=True, kw_only=True)
class EventMeaning:
    """`word`: what staff read on a person's timeline. `stops`: it ends, stops or gives up
    something, so that its screen stands behind a Confirm. `told`: what its effect tells the
    screen, made up; the menu map shows it.
    """

    word: str
    stops: bool
    told: Mapping[str, str]


CASE_NUMBER = "1234"  # of no case
_ON_THE_PHONE = _("On the phone")

EVENTS: Mapping[EventKind, EventMeaning] = {
    EventKind.LANGUAGE_CHOSEN: EventMeaning(word=_("Chose a language"), stops=False, told={}),
    EventKind.REMINDERS_STARTED: EventMeaning(word=_("Turned reminders on"), stops=False, told={}),
    EventKind.REMINDERS_STOPPED: EventMeaning(word=_("Turned reminders off"), stops=True, told={}),
    EventKind.COURSE_STOPPED: EventMeaning(
        word=_("Stopped the health messages"), stops=True, told={}
    ),
    EventKind.CASE_OPENED: EventMeaning(
        word=_("Asked for a person"),
        stops=False,
        told={"case_number": CASE_NUMBER, "sms": "queued"},
    ),
    EventKind.NUMBER_DISOWNED: EventMeaning(
        word=_("Said “SMS sent to the wrong person”"), stops=True, told={"case_number": CASE_NUMBER}
    ),
    EventKind.SUMMARY_REQUESTED: EventMeaning(
        word=_("Asked for the next payment by SMS"), stops=False, told={"sms": "queued"}
    ),
    EventKind.SCREENED: EventMeaning(word=_ON_THE_PHONE, stops=False, told={}),
    EventKind.RESUME_OFFERED: EventMeaning(word=_ON_THE_PHONE, stops=False, told={}),
}
STOPPING = frozenset(kind for kind, meaning in EVENTS.items() if meaning.stops)


class NeedKind(Kind):
    """What a menu asks its host in the middle of a screen; answered in dialogue/sql_backend.py."""

    CHECK_PIN = "check_pin"
    LOOK_UP = "look_up"


@dataclass(frozen=True, kw_only=True)
class NeedMeaning:
    """`question`: what is asked, for the reference page. `answers`: the names the host answers."""

    question: str
    answers: frozenset[str]


NEEDS: Mapping[NeedKind, NeedMeaning] = {
    NeedKind.CHECK_PIN: NeedMeaning(
        question="Is this the PIN of this registration number? Counts a try.",
        answers=frozenset({"pin", "tries_left"}),
    ),
    NeedKind.LOOK_UP: NeedMeaning(
        question="What is known of this registration number, if this is its PIN? Counts a try.",
        answers=frozenset(
            {"look_up", "tries_left", "found_status", "found_due_on", "found_amount",
             "found_place", "found_place_latin"}
        ),
    ),
}  # fmt: skip


class CaseKind(Kind):
    """What a case for staff is about, as the table `cases` has it."""

    CALL_BACK = "call_back"
    NOT_PAID = "not_paid"
    SMS = "sms"
    NUMBER_DISOWNED = "number_disowned"


@dataclass(frozen=True, kw_only=True)
class CaseMeaning:
    """`word`: what staff read. `answered`: staff may answer it by SMS."""

    word: str
    answered: bool


CASES: Mapping[CaseKind, CaseMeaning] = {
    CaseKind.CALL_BACK: CaseMeaning(word=_("Call me back"), answered=True),
    CaseKind.NOT_PAID: CaseMeaning(word=_("I was not paid"), answered=True),
    CaseKind.SMS: CaseMeaning(word=_("SMS to read"), answered=True),
    # Whoever answers there is a stranger.
    CaseKind.NUMBER_DISOWNED: CaseMeaning(word=_("SMS sent to the wrong person"), answered=False),
}
UNANSWERED = frozenset(kind for kind, meaning in CASES.items() if not meaning.answered)
