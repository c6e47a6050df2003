"""The staff's guide, for everybody who is signed in."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.guards import needs
from gateway.console.kit.language import language
from gateway.console.pages.guide import blueprint
from gateway.console.pages.guide.queries import guide


@blueprint.get("/")
@needs("console.see")
def index() -> ResponseReturnValue:
    return render_template("guide/index.html", guide=guide(language()))
