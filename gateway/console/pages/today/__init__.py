"""Today: what needs a person, what is going out, and how the last week went."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("today", __name__)
MENU = Entry(_("Today"), "console.today.index", "today.see")
