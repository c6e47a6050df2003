"""Pausing a district: its reminders stop (a flood, a stock-out), broadcasts and replies do not."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from gateway.console.kit.context import now, one_or_404, reading, scope
from gateway.console.kit.filters import place
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.districts import blueprint
from gateway.console.pages.districts.actions import set_pause
from gateway.console.pages.districts.forms import PauseForm
from gateway.console.pages.districts.queries import one_district
from gateway.core.texts import _
from gateway.registry.tables import districts

PAUSED = _("Reminders in %(district)s are paused.")
RESUMED = _("Reminders in %(district)s go out again.")


@blueprint.get("/")
@needs("district.pause")
def index() -> ResponseReturnValue:
    listed = scope(select(districts), districts).order_by(districts.c.province, districts.c.name)
    with reading() as connection:
        rows = connection.execute(listed).all()
    return render_template("districts/index.html", rows=rows)


@blueprint.route("/<int:district_id>/pause", methods=["GET", "POST"])
@needs("district.pause")
def pause(district_id: int) -> ResponseReturnValue:
    form = PauseForm()
    with reading() as connection:
        district = one_or_404(connection, one_district(district_id))
    if form.validate_on_submit():
        set_pause(district_id, {"paused_at": now(), "paused_reason": form.reason.data})
        flash(gettext(PAUSED, district=place(district)), "done")
        return redirect(url_for(".index"))
    return render_template("districts/pause.html", form=form, district=district)


@blueprint.post("/<int:district_id>/resume")
@needs("district.pause")
def resume(district_id: int) -> ResponseReturnValue:
    with reading() as connection:
        district = one_or_404(connection, one_district(district_id))
    set_pause(district_id, {"paused_at": None, "paused_reason": None})
    flash(gettext(RESUMED, district=place(district)), "done")
    return redirect(url_for(".index"))
