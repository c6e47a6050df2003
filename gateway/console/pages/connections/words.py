"""What states, faults and kinds of a connection are called, and what a clerk can do about them."""

from gateway.connectors.source import Fault
from gateway.core.texts import _, in_context

STATES: dict[str, tuple[str, str]] = {
    "new": (_("Not read yet"), "warn"),
    "waits": (_("Waits for approval"), "warn"),
    "works": (in_context("connection", "Works"), "good"),
    "running": (in_context("connection", "Is being read"), "good"),
    "faulty": (in_context("connection", "Does not work"), "bad"),
}

FAULTS: dict[str, str] = {
    Fault.UNREACHABLE: _(
        "The other system does not answer. It is tried again by itself; if it lasts, call whoever "
        "runs it."
    ),
    Fault.REFUSED: _(
        "The other system refuses our credentials, or they lack a right there. An administrator "
        "has to renew them."
    ),
    Fault.THROTTLED: _("The other system asks us to wait. It goes on by itself."),
    Fault.CHANGED: _("What was read changed all the time. It is tried again by itself."),
    Fault.MALFORMED: _(
        "The answer is not what the other system usually gives. Tell the administrator."
    ),
    Fault.UNKNOWN_SHAPE: _(
        "The other system, or what is configured for it, is not known in this form. Tell the "
        "administrator."
    ),
    Fault.ROWS: _(
        "Some rows cannot be taken: correct them in the other system. Until then nothing newer is "
        "taken."
    ),
    Fault.HELD: _(
        "The other system withdraws very many rows at once. Nothing was taken: look there first."
    ),
}

KINDS: dict[str, str] = {
    "preview": in_context("connection", "Preview"),
    "pull": in_context("connection", "Pull"),
    "push": in_context("connection", "Push"),
}

ROW_KINDS: dict[str, str] = {
    "beneficiaries": _("Beneficiaries"),
    "payments": _("Payments"),
    "visits": _("Visits"),
}
