"""The USSD menu as its callers meet it: a map of every screen, and a phone to try it on."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("menu_map", __name__, url_prefix="/menu")
MENU = Entry(_("Menu map"), "console.menu_map.index", "menu.see")
