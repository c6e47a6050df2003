"""Words that several pages share: what the ledger and the registry call things."""

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

LOCALES: dict[str, str] = {
    "lo": _("Lao"),
    "lo_Latn": _("Lao in Latin letters"),
    "en": _("English"),
}

CASE_KINDS: dict[str, str] = {
    "call_back": _("Call me back"),
    "not_paid": _("I was not paid"),
    "sms": _("SMS to read"),
    "number_disowned": _("Not my number"),
}
