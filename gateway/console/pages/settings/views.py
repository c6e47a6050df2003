"""The settings as they are, to look at: changing one is the operator's work, not the console's."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import settings, today
from gateway.console.kit.guards import needs
from gateway.console.pages.settings import blueprint
from gateway.console.pages.settings.queries import shown
from gateway.console.pages.settings.words import GROUPS
from gateway.core.programme import PROGRAMME


@blueprint.get("/")
@needs("settings.see")
def index() -> ResponseReturnValue:
    found = settings()
    groups = {
        heading: [(name.upper(), meaning, shown(found, name)) for name, meaning in fields.items()]
        for heading, fields in GROUPS.items()
    }
    rules = PROGRAMME.rules_on(today())
    return render_template("settings/index.html", groups=groups, rules=rules)
