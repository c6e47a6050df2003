"""What the log's columns, kinds and values are called."""

from collections.abc import Mapping

from gateway.console.kit.audit_words import KINDS
from gateway.console.kit.words import LOCALES, ROLES, STATUSES
from gateway.core.texts import _, in_context

__all__ = ["COLUMNS", "KINDS", "REFERENCES", "VALUES"]

COLUMNS = (
    _("When"), in_context("actor", "Who"), _("What"), _("About"), _("Changes"), _("From address"),
    _("Name"),
)  # fmt: skip

# Fields of changes that hold an id, and of what.
REFERENCES: dict[str, str] = {
    "district_id": "district",
    "health_centre_id": "health_centre",
    "assigned_to": "staff",
}

# Fields of changes that hold a word of the code's.
VALUES: dict[str, Mapping[str, str]] = {
    "role": ROLES,
    "locale": LOCALES,
    "status": {key: text for key, (text, _tone) in STATUSES.items()},
    "state": {
        "draft": _("Draft"),
        "submitted": _("Waiting for approval"),
        "approved": _("Approved"),
        "scheduled": _("Scheduled"),
        "running": _("Going out"),
        "paused": _("Paused"),
        "done": _("Done"),
        "cancelled": _("Cancelled"),
        "open": _("Open"),
        "closed": _("Closed"),
    },
    "how": {"service": _("by the sign-in service"), "command": _("by a command on the server")},
    "why": {
        "unknown": _("no account has this email"),
        "no_account": _("no account has this email"),
        "not_verified": _("the sign-in service has not verified the email"),
        "other_subject": _("the account is linked to somebody else at the sign-in service"),
        "wrong_code": _("wrong code of the second factor"),
        "wrong_key": _("wrong answer of a security key"),
        "wrong_password": _("wrong password"),
        "no_factor": _("the role needs a second factor, and there is none"),
        "wrong_reset": _("wrong or old code of a reset"),
        "own": _("asked for it themselves"),
        "too_close": _("one of the two made or changed the other's account less than a day ago"),
        "gone": _("nothing was asked for"),
        "too_many": _("too many tries: closed for a while"),
        "taken_away": _("the account was taken away"),
    },
}
