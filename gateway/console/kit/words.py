"""Words that several pages share: what the ledger and the registry call things."""

from gateway.core.kinds import CASES
from gateway.core.open_words import TooOpen
from gateway.core.texts import _

# Each state with its colour: see `tag` in chrome.html.
MESSAGE_STATES: dict[str, tuple[str, str]] = {
    "queued": (_("Waiting"), "quiet"),
    "claimed": (_("Being prepared"), "busy"),
    "sending": (_("Being sent"), "busy"),
    "accepted": (_("With the operator"), "busy"),
    "unknown": (_("Outcome unknown"), "warn"),
    "delivered": (_("Delivered"), "good"),
    "failed": (_("Not delivered"), "bad"),
    "expired": (_("Too late"), "bad"),
    "refused": (_("Refused by the operator"), "bad"),
    "suppressed": (_("Held back"), "quiet"),
    "cancelled": (_("Cancelled"), "quiet"),
}

CATEGORIES: dict[str, str] = {
    "reply": _("Answer"),
    "payment": _("Payment reminder"),
    "health": _("Health reminder"),
    "broadcast": _("Broadcast"),
}

STATUSES: dict[str, tuple[str, str]] = {
    "applied": (_("Applied"), "busy"),
    "verified": (_("Verified"), "busy"),
    "enrolled": (_("Enrolled"), "good"),
    "suspended": (_("Suspended"), "warn"),
    "rejected": (_("Rejected"), "quiet"),
    "exited": (_("Exited"), "quiet"),
}

PAYMENT_STATES: dict[str, tuple[str, str]] = {
    "scheduled": (_("Planned"), "busy"),
    "paid": (_("Paid"), "good"),
    "missed": (_("Not paid out"), "bad"),
    "cancelled": (_("Cancelled"), "quiet"),
}

ROLES: dict[str, str] = {
    "viewer": _("Viewer"),
    "health_worker": _("Health worker"),
    "operator": _("Operator"),
    "approver": _("Approver"),
    "editor": _("Editor of texts"),
    "admin": _("Administrator"),
}

LOCALES: dict[str, str] = {
    "lo": _("Lao"),
    "lo_Latn": _("Lao in Latin letters"),
    "en": _("English"),
}

# What a list says of somebody whose course has ended. Of a loss no more than its reader needs.
GONE: dict[str, tuple[str, str]] = {
    "mother_died": (_("The mother has died"), "bad"),
    "moved": (_("The family has moved away"), "warn"),
}
HEALTH_ENDED = (_("Health messages have ended"), "quiet")

CASE_KINDS: dict[str, str] = {kind: meaning.word for kind, meaning in CASES.items()}

# Why a message ended as it did. Operators have words of their own: those are shown as they came.
REASONS: dict[str, str] = {
    "number_disowned": _("the number belongs to somebody else"),
    "opted_out": _("the number wants no such messages"),
    "no_consent": _("no consent"),
    "not_eligible": _("the status gives no right to it"),
    "died": _("she has died"),
    "course_ended": _("the course has ended"),
    "district_paused": _("the district is paused"),
    "not_in_audience": _("the broadcast is not for her any more"),
    "no_number": _("no phone number"),
    "same_handset": _("shares a phone with another recipient"),
    "duplicate": _("the phone had the same text that day"),
    "no_longer_due": _("no longer due"),
    "too_late": _("its time has passed"),
    "broadcast_cancelled": _("the broadcast was cancelled"),
    "no_answer": _("the operator did not answer"),
    "not_in_answer": _("missing from the operator's answer"),
    "no_receipt": _("the operator never reported it"),
    "restored": _("it may have gone out before the database was restored"),
    "restored_as_sent": _("counted as sent after a restore"),
    "restored_send": _("sent after a restore"),
    "restored_to_staff": _("left to staff after a restore"),
    "resolved_arrived": _("staff found that it was sent"),
    "resolved_resend": _("staff had it sent again"),
    "resolved_give_up": _("staff gave it up"),
}

# Whether somebody was told of a payday or by a broadcast: see gateway.figures.told.
# Why an SMS that staff write is refused: faults of `gateway.core.open_words`, with %(word)s.
TOO_OPEN: dict[TooOpen, str] = {
    "tells_amount": _("An SMS of staff names no amount: “%(word)s”. Others may read this phone."),
    "tells_health": _(
        "An SMS of staff says nothing about health: “%(word)s”. Others may read this phone."
    ),
}

OUTCOMES: dict[str, str] = {
    "told": _("Told"),
    "sent": _("Sent, no receipt yet"),
    "waiting": _("Waiting to go out"),
    "no_number": REASONS["no_number"],
    "number_disowned": REASONS["number_disowned"],
    "not_eligible": REASONS["not_eligible"],
    "no_consent": REASONS["no_consent"],
    "opted_out": REASONS["opted_out"],
    "told_otherwise": _("the SMS named another day or place"),
    "failed": _("the SMS did not arrive"),
    "district_paused": REASONS["district_paused"],
    "not_yet": _("its SMS is still to come"),
    "no_message": _("there was no SMS"),
}
