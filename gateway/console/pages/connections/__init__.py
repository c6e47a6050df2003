"""Other systems that are read: each one's last run and faults, and what the first would do."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("connections", __name__, url_prefix="/connections")
MENU = Entry(_("Connections"), "console.connections.index", "connection.see")
