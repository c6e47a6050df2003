"""What a broadcast's states, filters and reasons are called."""

from gateway.console.words import REASONS, STATUSES
from gateway.core.texts import _

STATES: dict[str, tuple[str, str]] = {
    "draft": (_("Draft"), "quiet"),
    "submitted": (_("Waiting for approval"), "warn"),
    "approved": (_("Approved"), "busy"),
    "scheduled": (_("Scheduled"), "busy"),
    "running": (_("Going out"), "busy"),
    "paused": (_("Paused"), "warn"),
    "done": (_("Done"), "good"),
    "cancelled": (_("Cancelled"), "quiet"),
}
CATEGORIES: dict[str, str] = {
    "pregnant": _("Pregnant women"),
    "child": _("Mothers with a child"),
}
PERSON_STATES: dict[str, str] = {key: text for key, (text, _tone) in STATUSES.items()}
# The filters of gateway.messaging.audience, as they stand in a sentence.
FILTERS: dict[str, str] = {
    "district": _("District"),
    "village": _("Village"),
    "pay_point": _("Pay point"),
    "health_centre": _("Health centre"),
    "category": _("Who"),
    "status": _("Status"),
    "cycle": _("Paid in"),
}
EXCLUDED: dict[str, str] = REASONS

# What a press of a button did.
DONE: dict[str, str] = {
    "submit": _("It is waiting for the approval of a second person."),
    "withdraw": _("It is a draft again."),
    "send_back": _("It was sent back to its author."),
    "approve": _("Approved: it goes out now."),
    "approve_later": _("Approved: it is scheduled."),
    "start": _("It goes out now."),
    "pause": _("It is paused: nothing more goes out until it is resumed."),
    "resume": _("It goes on."),
    "cancel": _("It is cancelled. What had not gone out is not sent any more."),
}
NOT_NOW = _("Somebody else was faster: see below how it stands now.")
NOT_YOUR_OWN = _("You wrote this broadcast. A second person has to approve it.")
