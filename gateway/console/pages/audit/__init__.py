"""The audit log: who did or looked at what, when, from where; filters and an export."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
MENU = Entry(_("Audit log"), "console.audit.index", "audit.see")
