"""What became of a payment, what was said of it, and who is told of a change."""

from gateway.console.kit.words import REASONS
from gateway.core.texts import _, in_context

WHO_IS_TOLD: dict[str, str] = {
    "told": _("Those who were told the old day or place"),
    "all": _("Everybody affected who has a phone"),
}

WHERE: dict[str, str] = {
    "all": _("Everybody who is paid on this day"),
    "district": _("One district"),
    "pay_points": _("Some pay points"),
}

MARKS: dict[str, str] = {
    "paid": _("They were paid"),
    "missed": _("They were not paid"),
}

# Kinds of SMS about a payment: see gateway.messaging.wordings.
TEMPLATES: dict[str, str] = {
    "payment_due": _("Reminder of the payday"),
    "payment_changed": _("Another day or place"),
    "payment_cancelled": _("Cancelled"),
    "payment_withdrawn": _("Not paid out: she is not enrolled"),
    "payment_missed": _("It was not paid out"),
}

# Why nobody is told by SMS that a payment was missed.
NO_NOTICE: dict[str, str] = {
    **REASONS,
    "too_late": _("the payday is too long ago"),
    "not_sent": _("the SMS did not go out"),
}

# What a cycle's page counts: see gateway.figures.cycles.
CYCLE_FIGURES: dict[str, str] = {
    "planned": in_context("cycle", "Payments"),
    "told": in_context("cycle", "Told"),
    "paid": in_context("cycle", "Paid"),
    "missed": in_context("cycle", "Not paid out"),
    "late": in_context("cycle", "Nothing known"),
    "complaints": in_context("cycle", "Said “I was not paid”"),
}

PEOPLE_COLUMNS: tuple[str, ...] = (
    _("Registration number"),
    _("Name in Lao"),
    _("Name in Latin letters"),
    _("Village"),
    _("Payday"),
    _("Pay point"),
    _("Amount"),
    _("State"),
)
