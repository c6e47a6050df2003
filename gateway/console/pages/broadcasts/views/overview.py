"""The list of broadcasts."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from gateway.console.kit.context import reading, scope
from gateway.console.kit.guards import needs
from gateway.console.kit.listing import read_page
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.words import STATES
from gateway.messaging.tables import broadcasts


@blueprint.get("/")
@needs("broadcast.see")
def index() -> ResponseReturnValue:
    state = request.args.get("state")
    statement = scope(select(broadcasts), broadcasts)
    if state in STATES:
        statement = statement.where(broadcasts.c.state == state)
    with reading() as connection:
        page = read_page(connection, statement, (broadcasts.c.id,), descending=True)
    return render_template("broadcasts/index.html", page=page, state=state, states=STATES)
