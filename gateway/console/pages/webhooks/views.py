"""How receivers of webhooks do; what was given up is sent again or dropped."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import actor, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.webhooks import blueprint, queries, words
from gateway.core.texts import _
from gateway.webhooks.desk import Desk

AGAIN = _("It is sent again, for another day.")
DROPPED = _("Nobody is told of it any more.")


@blueprint.get("/")
@needs("webhook.see")
def index() -> ResponseReturnValue:
    with reading() as connection:
        rows = list(connection.execute(queries.listed()))
        counts = queries.counts(connection, rows)
    return render_template(
        "webhooks/index.html", rows=rows, counts=counts, states=words.STATES,
        paused=words.PAUSED, faults=words.FAULTS, state_of=queries.state_of,
    )  # fmt: skip


@blueprint.post("/<uuid:endpoint_id>/again")
@needs("webhook.change")
def again(endpoint_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        queries.one(connection, endpoint_id)
        Desk(actor=actor(), now=now()).send_again(connection, endpoint_id)
    flash(gettext(AGAIN), "done")
    return redirect(url_for(".index"))


@blueprint.post("/<uuid:endpoint_id>/drop")
@needs("webhook.change")
def drop(endpoint_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        queries.one(connection, endpoint_id)
        Desk(actor=actor(), now=now()).drop(connection, endpoint_id)
    flash(gettext(DROPPED), "done")
    return redirect(url_for(".index"))
