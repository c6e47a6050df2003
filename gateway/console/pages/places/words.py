"""What kinds of places are called, one and many, and who is told."""

from gateway.core.texts import _

KINDS: dict[str, str] = {
    "village": _("Villages"),
    "pay_point": _("Pay points"),
    "health_centre": _("Health centres"),
    "district": _("Districts"),
    "province": _("Provinces"),
}

ONE: dict[str, str] = {
    "village": _("Village"),
    "pay_point": _("Pay point"),
    "health_centre": _("Health centre"),
    "district": _("District"),
    "province": _("Province"),
}

WHO_IS_TOLD: dict[str, str] = {
    "nobody": _("Nobody: it is the same place, written otherwise"),
    "told": _("Those to whom an SMS named the former place"),
}
