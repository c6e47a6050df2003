"""Words that several pages share: what the ledger and the registry call things."""

from gateway.core import message_words, written_sms
from gateway.core.kinds import CASES
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

REASONS, TOO_OPEN = message_words.REASONS, written_sms.TOO_OPEN

# Whether somebody was told of a payday or by a broadcast: see gateway.figures.told.
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
