"""What the roles are for."""

from gateway.core.texts import _

EXPLAINED: dict[str, str] = {
    "viewer": _("Viewer: sees everything with phone numbers masked, changes nothing"),
    "health_worker": _("Health worker: sees her health centre's mothers, marks visits as done"),
    "operator": _("Operator: edits, imports, writes broadcasts, answers cases"),
    "approver": _("Approver: approves broadcasts that somebody else wrote"),
    "editor": _("Editor of texts: reads and words what phones show, sees nobody's data"),
    "admin": _("Administrator: all of it, and the accounts of the staff"),
}
