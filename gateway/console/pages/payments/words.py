"""What became of a payment, and who is told of a change."""

from gateway.core.texts import _

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
