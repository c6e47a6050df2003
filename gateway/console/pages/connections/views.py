"""Other systems that are read: what became of it, what the first pull would do, and once more."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.connectors.running import approve as approve_connection
from gateway.connectors.running import ask
from gateway.console.kit.context import actor, current_staff, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.connections import blueprint, queries, words
from gateway.core.texts import _

APPROVED = _("Approved. It is read within a minute, and from now on by itself.")
TOO_LATE = _("There is nothing to approve any more.")
ASKED = _("It is read within a minute.")


@blueprint.get("/")
@needs("connection.see")
def index() -> ResponseReturnValue:
    with reading() as connection:
        rows = connection.execute(queries.listed()).all()
    return render_template(
        "connections/index.html", rows=rows, states=words.STATES, state_of=queries.state_of
    )


@blueprint.get("/<name>")
@needs("connection.see")
def show(name: str) -> ResponseReturnValue:
    staff = current_staff()
    with reading() as connection:
        row = queries.one(connection, name)
        runs = queries.runs(connection, name)
        faults = queries.faults(connection, runs[0].id) if runs else []
    told = [*faults, *(row.preview or {}).get("faults", [])] if row.approved_at is None else faults
    # The rows are of every district.
    shown = told if staff.district_id is None and staff.health_centre_id is None else []
    return render_template(
        "connections/show.html", row=row, runs=runs, faults=shown, faulty=len(told),
        state=queries.state_of(row), states=words.STATES, said=words.FAULTS, kinds=words.KINDS,
        row_kinds=words.ROW_KINDS,
    )  # fmt: skip


@blueprint.post("/<name>/approve")
@needs("connection.approve")
def approve(name: str) -> ResponseReturnValue:
    with writing() as connection:
        queries.one(connection, name)
        approved = approve_connection(connection, name, by=actor(), now=now())
    flash(gettext(APPROVED if approved else TOO_LATE), "done" if approved else "error")
    return redirect(url_for(".show", name=name))


@blueprint.post("/<name>/pull")
@needs("connection.pull")
def pull(name: str) -> ResponseReturnValue:
    with writing() as connection:
        queries.one(connection, name)
        ask(connection, name, by=actor(), now=now())
    flash(gettext(ASKED), "done")
    return redirect(url_for(".show", name=name))
