"""The settings as they are, to look at: changing one is the operator's work, not the console's."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("settings", __name__, url_prefix="/settings")
MENU = Entry(_("Settings"), "console.settings.index", "settings.see")
