"""Reports: a month by district, and whom no reminder reaches before the next payday."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
MENU = Entry(_("Reports"), "console.reports.index", "report.see")
