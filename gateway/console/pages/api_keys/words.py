"""What kinds, scopes and states of a key are called."""

from gateway.core.texts import _, in_context

EXPLAINED: dict[str, str] = {
    "live": _("Live: its writes count, its SMS go to people"),
    "team": _("Team: only the numbers listed below get SMS"),
    "test": _("Test: everything is checked and answered, nothing is written or sent to anybody"),
}

# As the table of keys has them: one word each.
KINDS: dict[str, str] = {
    "live": in_context("API key", "Live"),
    "team": in_context("API key", "Team"),
    "test": in_context("API key", "Test"),
}

STATES: dict[str, tuple[str, str]] = {
    "valid": (_("In use"), "good"),
    "expired": (in_context("API key", "Expired"), "warn"),
    "revoked": (in_context("API key", "Revoked"), "bad"),
}

RESOURCES: dict[str, str] = {
    "beneficiaries": _("Beneficiaries, their numbers and consents, places"),
    "payments": _("Payments"),
    "visits": _("Visits"),
    "messages": _("SMS of prepared texts"),
    "messages:text": _("SMS of free text"),
    "broadcasts": _("Broadcasts"),
    "cases": _("Cases"),
    "changes": _("What the gateway learns"),
    "webhooks": _("Webhooks"),
    "reports": _("Figures of the reports"),
}

ACCESS: dict[str, str] = {"read": _("read"), "write": _("read and write")}
