"""The texts of handsets: read over card by card, confirmed, bettered, published, tried."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("texts", __name__, url_prefix="/texts")
MENU = Entry(_("Texts"), "console.texts.index", "text.see")
