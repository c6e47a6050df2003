"""Who may be sent what: one decision, asked when a message is planned and again when it is sent.

A reply always goes: she has just asked for it. Payment and health messages have a consent each;
leaving one never touches the other, nor the right to the money.
"""

from typing import Literal

import msgspec

from gateway.core.caller import Beneficiary, Status

MessageCategory = Literal["reply", "payment", "health", "broadcast"]
Reason = Literal[
    "number_disowned",  # "not my number": whoever answers there is a stranger
    "opted_out",  # the number wants nothing of this category, whoever it belongs to
    "no_consent",  # the person did not agree, or took it back
    "not_eligible",  # the status gives no right to it (any more)
    "died",  # the mother: nothing goes to her phone for her any more
    "course_ended",  # pregnancy or child's visits are over, no reason asked
    "district_paused",  # flood, stock-out: staff stopped the district's reminders
]
EVERYTHING = "all"  # the category of an opt-out from all but replies

# Health visits matter while a payment is on hold, and before the first one.
_RECEIVING: dict[MessageCategory, frozenset[Status]] = {
    "payment": frozenset({"enrolled"}),
    "health": frozenset({"applied", "verified", "enrolled", "suspended"}),
}
_OUT: frozenset[Status] = frozenset({"rejected", "exited"})


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a person stands towards the service: all that decides on what she may be sent.

    `optouts` are the categories her number has left ("payment", "health", "broadcast", "all");
    `course_ended`: her pregnancy or her child's visits are over; `disowned`: whoever answers at
    her number says it is not hers; `paused`: staff stopped the reminders of her district;
    `died`: she herself.
    """

    status: Status
    consent_payment: bool
    consent_health: bool
    optouts: frozenset[str] = frozenset()
    course_ended: bool = False
    disowned: bool = False
    paused: bool = False
    died: bool = False


def receives(category: MessageCategory, status: Status) -> bool:
    """Whether a person of this status is sent messages of the category at all."""
    return category not in _RECEIVING or status in _RECEIVING[category]


def may_receive(category: MessageCategory, status: Status) -> bool:
    """Whether asking for them can bring any, now or later: none to whose grant is over."""
    return receives(category, status) or (category == "payment" and status not in _OUT)


def health_may_come(beneficiary: Beneficiary) -> bool:
    """Whether asking for health SMS brings her any: what staff have ended stays so."""
    ended = beneficiary.course_ended and not beneficiary.stopped_by_key
    return not ended and may_receive("health", beneficiary.status)


# What asking for SMS of a category brings: at once, once she has a right to the money, never.
Brings = Literal["now", "later", "nothing"]


def brings(category: Literal["payment", "health"], beneficiary: Beneficiary) -> Brings:
    """One rule, whether she asks by a key or by SMS."""
    if category == "health":
        return "now" if health_may_come(beneficiary) else "nothing"
    if receives("payment", beneficiary.status):
        return "now"
    return "later" if may_receive("payment", beneficiary.status) else "nothing"


def keeps_a_right(beneficiary: Beneficiary) -> bool:
    """Whether it is worth saying that her right stays as it is, to whoever stops SMS."""
    return beneficiary.status not in _OUT and not beneficiary.disowned


def reason_to_hold_back(category: MessageCategory, standing: Standing) -> Reason | None:
    """Why this message must not go to this person; None where it may.

    A broadcast needs either consent and asks for no status: its audience was chosen by people. A
    paused district still gets broadcasts: they tell it of the flood.
    """
    if category == "reply":
        return None
    consents: dict[str, bool] = {
        "payment": standing.consent_payment,
        "health": standing.consent_health,
        "broadcast": standing.consent_payment or standing.consent_health,
    }
    left = category in standing.optouts or EVERYTHING in standing.optouts
    findings: tuple[tuple[bool, Reason], ...] = (
        (standing.died, "died"),
        (standing.disowned, "number_disowned"),
        (left, "opted_out"),
        (not consents[category], "no_consent"),
        (not receives(category, standing.status), "not_eligible"),
        (category == "health" and standing.course_ended, "course_ended"),
        (category in _RECEIVING and standing.paused, "district_paused"),
    )
    return next((reason for found, reason in findings if found), None)
