"""Pausing a district: its reminders stop (a flood, a stock-out), broadcasts and replies do not."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("districts", __name__, url_prefix="/districts")
MENU = Entry(_("Pause a district"), "console.districts.index", "district.pause")
