"""Pausing a district: its reminders stop (a flood, a stock-out), broadcasts and replies do not."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select, update
from wtforms import StringField

from gateway.console.kit.context import audit, now, one_or_404, reading, scope, writing
from gateway.console.kit.filters import place
from gateway.console.kit.forms import ConsoleForm, at_most, required, stripped
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.districts import blueprint
from gateway.core.texts import _
from gateway.registry.tables import districts

PAUSED = _("Reminders in %(district)s are paused.")
RESUMED = _("Reminders in %(district)s go out again.")


class PauseForm(ConsoleForm):
    reason = StringField(_("Reason"), [required(), at_most(200)], filters=[stripped])


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
        district = one_or_404(connection, _one(district_id))
    if form.validate_on_submit():
        _set(district_id, {"paused_at": now(), "paused_reason": form.reason.data})
        flash(gettext(PAUSED, district=place(district)), "done")
        return redirect(url_for(".index"))
    return render_template("districts/pause.html", form=form, district=district)


@blueprint.post("/<int:district_id>/resume")
@needs("district.pause")
def resume(district_id: int) -> ResponseReturnValue:
    with reading() as connection:
        district = one_or_404(connection, _one(district_id))
    _set(district_id, {"paused_at": None, "paused_reason": None})
    flash(gettext(RESUMED, district=place(district)), "done")
    return redirect(url_for(".index"))


def _one(district_id: int) -> Select[Any]:
    return scope(select(districts).where(districts.c.id == district_id), districts)


def _set(district_id: int, values: dict[str, object]) -> None:
    action = "district.pause" if values["paused_at"] else "district.resume"
    with writing() as connection:
        before = one_or_404(connection, _one(district_id)).paused_reason
        connection.execute(update(districts).where(districts.c.id == district_id).values(values))
        audit(
            connection,
            action,
            kind="district",
            object_id=district_id,
            district_id=district_id,
            changes={"paused_reason": (before, values["paused_reason"])},
        )
