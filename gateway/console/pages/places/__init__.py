"""Provinces, districts, villages, health centres and pay points: renamed, merged, retired."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("places", __name__, url_prefix="/places")
MENU = Entry(_("Places"), "console.places.index", "place.see")
