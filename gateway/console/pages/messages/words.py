"""How a message of unknown outcome is settled, and why answers are held back."""

from gateway.core.texts import _

# What staff found out: the operator's own list of messages tells.
RESOLUTIONS: dict[str, tuple[str, str]] = {
    "arrived": (
        _("It was sent"),
        _("The operator's list shows it. It counts as with the operator."),
    ),
    "resend": (
        _("Send it again"),
        _("The operator's list does not show it. If that is wrong, people get it twice."),
    ),
    "give_up": (_("Give it up"), _("It is too late to matter. It counts as not delivered.")),
}


HELD_REASONS: dict[str, str] = {
    "no_mobile": _("no Lao mobile number"),
    "had_it": _("had the answer already"),
    "machine": _("the same words again and again, as a machine's"),
    "hour": _("asked too often in an hour"),
    "day": _("asked too often in a day"),
}
