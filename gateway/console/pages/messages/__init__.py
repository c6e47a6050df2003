"""The ledger: every message and what became of it; those whose outcome is unknown are settled."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("messages", __name__, url_prefix="/messages")
MENU = Entry(_("Messages"), "console.messages.index", "message.see")
