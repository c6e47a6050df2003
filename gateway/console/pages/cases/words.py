"""What cases, their filters and their files are called."""

from gateway.core.texts import _

STATES = {"open": _("Open"), "closed": _("Closed"), "all": _("All")}
WHOSE = {"all": _("Everybody's"), "mine": _("Mine"), "nobody": _("Nobody's yet")}
DUE = {"all": _("Whenever"), "overdue": _("Overdue")}

CASE_COLUMNS = (
    _("Number"),
    _("What it is"),
    _("State"),
    _("Opened"),
    _("How often"),
    _("Done by"),
    _("Closed on"),
    _("Who takes care"),
    _("Phone number"),
    _("Registration number"),
    _("Name"),
    _("What was written"),
)
