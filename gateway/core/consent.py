"""Who may be sent what: one decision, asked when a message is planned and again when it is sent.

A reply always goes: she has just asked for it. Payment and health messages have a consent each;
leaving one never touches the other, nor the right to the money.
"""

from collections.abc import Collection
from typing import Literal

from gateway.core.caller import Status

MessageCategory = Literal["reply", "payment", "health", "broadcast"]
Reason = Literal[
    "number_disowned",  # "not my number": whoever answers there is a stranger
    "opted_out",  # the number wants nothing of this category, whoever it belongs to
    "no_consent",  # the person did not agree, or took it back
    "not_eligible",  # the status gives no right to it (any more)
    "course_ended",  # pregnancy or child's visits are over, no reason asked
    "district_paused",  # flood, stock-out: staff stopped the district's reminders
]
EVERYTHING = "all"  # the category of an opt-out from all but replies

# Health visits matter while a payment is on hold, and before the first one.
_RECEIVING: dict[MessageCategory, frozenset[Status]] = {
    "payment": frozenset({"enrolled"}),
    "health": frozenset({"applied", "verified", "enrolled", "suspended"}),
}


def receives(category: MessageCategory, status: Status) -> bool:
    """Whether a person of this status is sent messages of the category at all."""
    return category not in _RECEIVING or status in _RECEIVING[category]


def reason_to_hold_back(
    category: MessageCategory,
    *,
    status: Status,
    consent_payment: bool,
    consent_health: bool,
    optouts: Collection[str],
    course_ended: bool,
    disowned: bool,
    paused: bool,
) -> Reason | None:
    """Why this message must not go to this person; None where it may.

    `optouts` are the categories the number has left ("payment", "health", "broadcast", "all").
    A broadcast needs either consent and asks for no status: its audience was chosen by people. A
    paused district still gets broadcasts: they tell it of the flood.
    """
    if category == "reply":
        return None
    consents: dict[str, bool] = {
        "payment": consent_payment,
        "health": consent_health,
        "broadcast": consent_payment or consent_health,
    }
    findings: tuple[tuple[bool, Reason], ...] = (
        (disowned, "number_disowned"),
        (category in optouts or EVERYTHING in optouts, "opted_out"),
        (not consents[category], "no_consent"),
        (not receives(category, status), "not_eligible"),
        (category == "health" and course_ended, "course_ended"),
        (category in _RECEIVING and paused, "district_paused"),
    )
    return next((reason for found, reason in findings if found), None)
