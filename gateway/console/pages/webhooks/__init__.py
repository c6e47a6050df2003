"""Receivers of webhooks: how each does, and what was given up, to be sent again."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
MENU = Entry(_("Webhooks"), "console.webhooks.index", "webhook.see")
