"""Keys of the programme's other systems: made, replaced, revoked, and when they were last used."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("api_keys", __name__, url_prefix="/api-keys")
MENU = Entry(_("Keys of other systems"), "console.api_keys.index", "api_key.manage")
