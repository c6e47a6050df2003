"""What the registry's people, payments and visits are called."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from gateway.console.kit.audit_words import FIELDS
from gateway.console.kit.filters import (
    NOTHING,
    amount,
    day,
    lao,
    masked,
    masked_registration,
    place,
)
from gateway.console.kit.language import gettext
from gateway.console.kit.visit_names import visit_name
from gateway.console.kit.words import CASE_KINDS, LOCALES, PAYMENT_STATES, STATUSES
from gateway.core.kinds import EVENTS as EVENT_KINDS
from gateway.core.texts import _, in_context
from gateway.people.comparing import SIDES, Comparison

CATEGORIES: dict[str, str] = {
    "pregnant": _("Pregnant"),
    "child": _("With a child"),
}

# What a consent or an opt-out is about.
MESSAGES_ABOUT: dict[str, str] = {
    "payment": _("payment messages"),
    "health": _("health messages"),
    "broadcast": _("broadcasts"),
    "all": _("all messages but answers"),
}

PHONE_OWNERS: dict[str, str] = {
    "self": _("her own phone"),
    "family": _("a phone of the family"),
    "neighbour": _("a neighbour's phone"),
}

# How a course ended, in the words of those who have to enter it.
COURSE_ENDS: dict[str, str] = {
    "pregnancy_ended": _("The pregnancy has ended"),
    "child_died": _("The child has died"),
    "moved": _("The family has moved away"),
    "mother_died": _("The mother has died"),
    "other": _("Another reason"),
    "asked": _("She asked for it"),
}
# The same, and what else may stand among the entries of a life.
HAPPENED: dict[str, str] = {
    **COURSE_ENDS,
    "birth": _("A birth"),
    "one_child_died": _("One of the twins has died"),
}
# What is done about a PIN: to be chosen, and as it stands in the log.
PIN_CHANGES: dict[str, str] = {
    "unlocked": _("Lift the lock: she may try again"),
    "set": _("Set a new PIN"),
    "removed": _("Remove the PIN"),
}
PIN_CHANGED: dict[str, str] = {
    "unlocked": _("lock lifted"),
    "set": _("set anew"),
    "removed": _("removed"),
}
CHILDREN = (_("One"), _("Two: twins"), _("Three"), _("Four"))
NUMBERED = (
    _("the first-born"), _("the second-born"), _("the third-born"), _("the fourth-born")
)  # fmt: skip

# Where a status may go from here; what is final in the programme is corrected by an import.
NEXT_STATUSES: dict[str, tuple[str, ...]] = {
    "applied": ("verified", "rejected"),
    "verified": ("enrolled", "rejected"),
    "enrolled": ("suspended", "exited"),
    "suspended": ("enrolled", "exited"),
    "rejected": ("applied",),
    "exited": (),
}

WHY_UNREACHABLE: dict[str, str] = {
    "no number": _("No phone number"),
    "not her number": _("The number is not hers"),
    "messages fail": _("Messages do not arrive"),
}

# What happened, on the timeline: kinds of `events`, ways a USSD session ended, MO messages.
EVENTS: dict[str, str] = {
    **{kind: meaning.word for kind, meaning in EVENT_KINDS.items()},
    "reminders_set": _("Turned reminders on or off"),  # until November 2026
}
DIAL_ENDS: dict[str, str] = {
    "success": _("finished"),
    "answered": _("read the answer and hung up"),
    "incomplete": _("cut off"),
    "failed": _("failed"),
    "unknown": in_context("call", "ended"),
}
ON_OFF: dict[str, str] = {"on": _("on"), "off": _("off")}


def event_details(data: Mapping[str, str]) -> str:
    """What was chosen, in the reader's language."""
    parts = [
        LOCALES.get(data.get("locale", "")),
        MESSAGES_ABOUT.get(data.get("category", "")),
        ON_OFF.get(data.get("value", "")),
        CASE_KINDS.get(data.get("kind", "")),
    ]
    return ", ".join(gettext(part) for part in parts if part)


_PLACES = ("village", "district", "health_centre", "pay_point")

# What is decided together where two people become one: see gateway.people.comparing.
MERGED_FIELDS: dict[str, str] = {
    "name": _("Name"),
    "msisdn": _("Phone number"),
    "phone_owner": _("Whose phone it is"),
    "helper_msisdn": _("Helper's phone"),
    "locale": _("Language"),
    "status": _("Status"),
    "course": _("Pregnant, or with a child"),
    "places": _("Village and other places"),
    "consent_payment": _("Wants messages about payments"),
    "consent_health": _("Wants messages about health visits"),
    "pin": _("PIN"),
}


def side_values(found: Comparison, what: str) -> dict[str, str]:
    """{side: what it says} of a field of MERGED_FIELDS, of a cycle, or of the numbers."""
    if what in found.conflicts:
        both = found.conflicts[what]
        return {
            side: f"{masked_registration(found.row(side).registration_no)}: "
            + _payment_in_words(both[side])
            for side in SIDES
        }
    return {side: lao(_told(what, found.row(side))) for side in SIDES}


def _told(what: str, row: Any) -> str:
    tell = _TOLD.get(what)
    return tell(row) if tell else str(_value(what, getattr(row, what)) or NOTHING)


def _payment_in_words(row: Any) -> str:
    return f"{day(row.due_on)}, {amount(row.amount)}, {gettext(PAYMENT_STATES[row.status][0])}"


def _course_in_words(row: Any) -> str:
    if row.course_ended_at is not None:
        return gettext(COURSE_ENDS.get(row.course_ended_reason, row.course_ended_reason))
    on = row.child_dob if row.category == "child" else row.edd
    return f"{gettext(CATEGORIES[row.category])}, {day(on)}"


def _number_in_words(row: Any) -> str:
    """With whose phone it is, which is chosen with it."""
    owner = gettext(PHONE_OWNERS[row.phone_owner] if row.phone_owner else _("not known whose"))
    return f"{masked(row.msisdn)}, {owner}" if row.msisdn else masked(row.msisdn)


def _yes_no(value: bool) -> str:
    return gettext(_("yes") if value else _("no"))


_TOLD: dict[str, Callable[[Any], str]] = {
    "registration_no": lambda row: f"{masked_registration(row.registration_no)}, {place(row)}",
    "name": lambda row: f"{row.name}, {row.name_latin}",
    "msisdn": _number_in_words,
    "helper_msisdn": lambda row: masked(row.helper_msisdn),
    "course": _course_in_words,
    "places": lambda row: ", ".join(place(row, one) for one in _PLACES),
    "consent_payment": lambda row: _yes_no(row.consent_payment),
    "consent_health": lambda row: _yes_no(row.consent_health),
    "pin": lambda row: gettext(_("a PIN") if row.pin_hash else _("no PIN")),
}
_VALUES: dict[str, Callable[[str], str]] = {
    "visit": visit_name,
    "done_on": lambda value: day(date.fromisoformat(value)),
    "status": lambda value: gettext(STATUSES[value][0]),
    "locale": lambda value: gettext(LOCALES.get(value, value)),
    "phone_owner": lambda value: gettext(PHONE_OWNERS.get(value, value)),
    "course": lambda value: gettext(HAPPENED.get(value, value)),
    "pin": lambda value: gettext(PIN_CHANGED.get(value, value)),
    "category": lambda value: gettext(CATEGORIES.get(value, value)),
    "edd": lambda value: day(date.fromisoformat(value)),
    "child_dob": lambda value: day(date.fromisoformat(value)),
    "happened": lambda value: gettext(HAPPENED.get(value, value)),
    "born_on": lambda value: day(date.fromisoformat(value)),
}


# What a file brought, on the timeline.
REGISTERED = _("registered")
NEW_PAYMENT, NEW_PAYMENTS = _("1 new payment"), _("%(count)s new payments")
NEW_VISIT, NEW_VISITS = _("1 new visit"), _("%(count)s new visits")


def stored_value(kind: str, name: str, value: Any) -> Any:
    """A field of a row of a `kind` of import, as it is stored, in the reader's words."""
    if kind in _PAID and name in _PAID_VALUES:
        return _PAID_VALUES[name](value)
    return _value(name, value)


_PAID = ("payments", "payment_results")
_PAID_VALUES: dict[str, Callable[[Any], str]] = {
    "status": lambda value: gettext(PAYMENT_STATES[value][0]),
    "due_on": lambda value: day(date.fromisoformat(value)),
    "amount": amount,
}


def change_lines(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any, Any]]:
    """[(field, before, after)] of a line of the audit log about a person, in the reader's words."""
    return [
        (gettext(FIELDS.get(name, name)), *(_value(name, value) for value in pair))
        for name, pair in changes.items()
    ]


def _value(name: str, value: Any) -> Any:
    return _VALUES[name](value) if value and name in _VALUES else value


UNREACHABLE_COLUMNS = (
    _("Registration number"),
    _("Name"),
    _("District"),
    _("Village"),
    _("Health centre"),
    _("Phone number"),
    _("Helper's phone"),
    _("Why she is not reached"),
)

# What two people share who may be the same.
SHARED: dict[str, str] = {
    "name": _("a like name"),
    "phone": _("phone number"),
    "birth": _("day of birth"),
    "village": _("village"),
}

PHONES: dict[str, str] = {
    "none": _("No phone"),
    "unreached": _("Not reached: no phone, or SMS do not arrive"),
}

PEOPLE_COLUMNS = (
    _("Registration number"),
    _("Name"),
    _("Name in Latin letters"),
    _("Phone number"),
    _("Status"),
    _("Pregnant or with a child"),
    _("Child born on"),
    _("Birth expected on"),
    _("Village"),
    _("District"),
    _("Health centre"),
    _("Pay point"),
    _("What happened"),
)
