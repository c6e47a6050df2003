"""The roles that need a second factor."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import ROLES
from gateway.console.pages.staff import blueprint
from gateway.console.pages.staff.actions import require_factor_of
from gateway.console.pages.staff.forms import RolesForm
from gateway.core.texts import _
from gateway.staff.factors.store import counts_by_role, roles_that_need_one

SAVED = _("From their next sign-in on, people of these roles set up a second factor first.")


@blueprint.route("/second-factor", methods=["GET", "POST"])
@needs("staff.manage")
def second_factor() -> ResponseReturnValue:
    if current_staff().district_id is not None:
        abort(403)  # it is for everybody, not for one district
    form = RolesForm()
    with reading() as connection:
        needed, counts = roles_that_need_one(connection), counts_by_role(connection)
    if form.validate_on_submit():
        require_factor_of(form.roles.data)
        flash(gettext(SAVED), "done")
        return redirect(url_for(".second_factor"))
    if not form.is_submitted():
        form.roles.data = sorted(needed)
    return render_template("staff/second_factor.html", form=form, counts=counts, roles=ROLES)
