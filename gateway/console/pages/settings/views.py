"""The settings as they are, to look at: changing one is the operator's work, not the console's."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import dependencies, settings, today
from gateway.console.kit.guards import needs
from gateway.console.pages.settings import blueprint
from gateway.console.pages.settings.queries import read_groups
from gateway.core.programme import PROGRAMME


@blueprint.get("/")
@needs("settings.see")
def index() -> ResponseReturnValue:
    kinds = [provider.settings for provider in dependencies().providers]
    groups = read_groups(settings(), kinds)
    rules = PROGRAMME.rules_on(today())
    return render_template("settings/index.html", groups=groups, rules=rules)
