"""What the answers call things."""

from gateway.core.texts import _

AGES: dict[str, str] = {
    "pregnant": _("Pregnant"),
    "0": _("Child of 0 to 5 months"),
    "6": _("Child of 6 to 11 months"),
    "12": _("Child of 12 to 23 months"),
    "24": _("Child of 24 months or more"),
    "ended": _("Health messages ended"),
    "unknown": _("No date known"),
}

OWNERS: dict[str, str] = {
    "self": _("Her own phone"),
    "family": _("A phone of the family"),
    "neighbour": _("A neighbour's phone"),
    "unknown": _("Nobody said whose"),
    "none": _("No phone"),
}

WITHIN: dict[str, str] = {
    "1": _("Closed within a day"),
    "3": _("Closed within 3 days"),
    "7": _("Closed within 7 days"),
    "more": _("Closed later"),
}

WHO: dict[str, str] = {"not": _("Who was not told"), "all": _("Everybody")}
EVERY_PAYDAY = _("All of the month")
NO_CURRENCY = _("no currency named")
LIST_COLUMNS = (
    _("Village"),
    _("Registration number"),
    _("Name"),
    _("Payday"),
    _("Told?"),
)
