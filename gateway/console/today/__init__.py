"""Today: the page one lands on."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from gateway.console.guards import needs
from gateway.console.navigation import Entry
from gateway.core.texts import _

blueprint = Blueprint("today", __name__, template_folder="templates")
MENU = Entry(_("Today"), "console.today.index", "console.see")


@blueprint.get("/")
@needs("console.see")
def index() -> ResponseReturnValue:
    return render_template("today/today.html")
