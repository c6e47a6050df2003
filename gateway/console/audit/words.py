"""What was done, in words: every action that a view or command records has a line here."""

from gateway.core.texts import _

ACTIONS: dict[str, str] = {
    "audit.export": _("Downloaded the audit log"),
    "case.answer": _("Answered a case by SMS"),
    "case.assign": _("Assigned a case"),
    "case.close": _("Closed a case"),
    "case.note": _("Wrote a note on a case"),
    "case.reopen": _("Opened a case again"),
    "case.see": _("Looked at a case"),
    "case.unmask": _("Looked at a case's phone number"),
    "district.pause": _("Paused a district"),
    "district.resume": _("Resumed a district"),
    "staff.activate": _("Gave an account back"),
    "staff.add": _("Added an account"),
    "staff.change": _("Changed an account"),
    "staff.deactivate": _("Took an account away"),
    "staff.new_password": _("Gave out a new password"),
    "staff.password_changed": _("Changed their own password"),
    "staff.sign_in": _("Signed in"),
    "staff.sign_in_failed": _("Failed to sign in"),
    "staff.sign_out": _("Signed out"),
}

KINDS: dict[str, str] = {
    "audit": _("Audit log"),
    "beneficiary": _("Beneficiary"),
    "broadcast": _("Broadcast"),
    "case": _("Case"),
    "district": _("District"),
    "import": _("Import"),
    "message": _("Message"),
    "payment": _("Payment"),
    "report": _("Report"),
    "staff": _("Account"),
}

# Fields whose stored name says too little.
FIELDS: dict[str, str] = {
    "active": _("active"),
    "assigned_to": _("assigned to"),
    "district_id": _("district"),
    "health_centre_id": _("health centre"),
    "paused_reason": _("reason of the pause"),
    "role": _("role"),
    "state": _("state"),
}
