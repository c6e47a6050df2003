"""What the roles are for."""

from gateway.core.texts import _
from gateway.staff.resets import ResetFault

EXPLAINED: dict[str, str] = {
    "viewer": _("Viewer: sees everything with phone numbers masked, changes nothing"),
    "health_worker": _("Health worker: sees her health centre's mothers, marks visits as done"),
    "operator": _("Operator: edits, imports, writes broadcasts, answers cases"),
    "approver": _("Approver: approves broadcasts that somebody else wrote"),
    "editor": _("Editor of texts: reads and words what phones show, sees nobody's data"),
    "admin": _("Administrator: all of it, and the accounts of the staff"),
}

RESET_FAULTS: dict[ResetFault, str] = {
    "own": _("You asked for it yourself: a second administrator has to confirm it."),
    "too_close": _(
        "One of you two made or changed the other's account less than 24 hours ago: somebody else "
        "has to confirm it."
    ),
    "gone": _("Nothing waits for a second administrator any more."),
    "waiting": _("Somebody has asked for it already."),
}
