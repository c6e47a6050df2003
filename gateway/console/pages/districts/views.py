"""Pausing a district: its reminders stop (a flood, a stock-out), broadcasts and replies do not."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, writing
from gateway.console.kit.filters import place
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.districts import actions, blueprint, queries
from gateway.console.pages.districts.forms import PauseForm
from gateway.core.texts import _

PAUSED = _("Reminders in %(district)s are paused.")
RESUMED = _("Reminders in %(district)s go out again.")


@blueprint.get("/")
@needs("district.pause")
def index() -> ResponseReturnValue:
    with reading() as connection:
        rows = connection.execute(queries.listed()).all()
    return render_template("districts/index.html", rows=rows)


@blueprint.route("/<int:district_id>/pause", methods=["GET", "POST"])
@needs("district.pause")
def pause(district_id: int) -> ResponseReturnValue:
    form = PauseForm()
    with reading() as connection:
        district = queries.one(connection, district_id)
    if form.validate_on_submit():
        with writing() as connection:
            actions.pause(connection, district_id, form.reason.data)
        flash(gettext(PAUSED, district=place(district)), "done")
        return redirect(url_for(".index"))
    return render_template("districts/pause.html", form=form, district=district)


@blueprint.post("/<int:district_id>/resume")
@needs("district.pause")
def resume(district_id: int) -> ResponseReturnValue:
    with writing() as connection:
        district = queries.one(connection, district_id)
        actions.resume(connection, district_id)
    flash(gettext(RESUMED, district=place(district)), "done")
    return redirect(url_for(".index"))
