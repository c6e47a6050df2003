"""What the columns of the reports are called, and why somebody is not reached."""

from gateway.console.kit.words import REASONS
from gateway.core.texts import _

WHY: dict[str, str] = {
    **{
        reason: REASONS[reason]
        for reason in (
            "no_number",
            "number_disowned",
            "not_eligible",
            "no_consent",
            "opted_out",
            "district_paused",
        )
    },
    "failing": _("no message reaches the number"),
    "failed": _("the reminder did not arrive"),
    "no_reminder": _("entered too late for a reminder"),
}


NOT_REACHED_COLUMNS = (
    _("Village"),
    _("Registration number"),
    _("Name"),
    _("Health centre"),
    _("Payday"),
    _("Pay point"),
    _("Why"),
    _("Phone of a helper"),
)


# In the order of gateway.figures.months.KINDS.
MONTH_COLUMNS: dict[str, str] = {
    "enrolled": _("Enrolled"),
    "reached": _("Reached by SMS"),
    "not_reached": _("Not reached"),
    "delivered": _("SMS delivered"),
    "calls": _("Calls"),
    "cases": _("Cases"),
    "visits": _("Visits made"),
}
