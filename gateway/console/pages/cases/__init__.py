"""Cases: what callers asked of a person. List, assign, note, answer by SMS, close."""

from flask import Blueprint

from gateway.console.kit.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
MENU = Entry(_("Cases"), "console.cases.index", "case.see")
