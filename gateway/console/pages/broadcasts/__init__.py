"""Broadcasts: one writes an SMS to many people, another approves it, both see what became of it."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("broadcasts", __name__, url_prefix="/broadcasts")
MENU = Entry(_("Broadcasts"), "console.broadcasts.index", "broadcast.see")
