"""Getting somebody back into their account: one administrator asks, another confirms."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import actor, audit, now, settings, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.staff import blueprint
from gateway.console.pages.staff.actions import somebody_elses
from gateway.console.pages.staff.words import RESET_FAULTS
from gateway.core.texts import _
from gateway.staff import resets

ASKED = _("Asked. A second administrator confirms it on this page and hands the code over.")
DROPPED = _("Nothing comes of it: no code of it lets anybody in.")
NONE = _("There was none any more.")


@blueprint.post("/<uuid:staff_id>/reset")
@needs("staff.manage")
def ask_reset(staff_id: UUID) -> ResponseReturnValue:
    factors = request.form.get("factors") == "yes"
    try:
        with writing() as connection:
            account = somebody_elses(connection, staff_id)
            resets.ask(connection, account, factors=factors, actor=actor(), now=now())
    except resets.ResetError as error:
        return _back(staff_id, RESET_FAULTS[error.fault], "error")
    return _back(staff_id, ASKED)


@blueprint.post("/<uuid:staff_id>/reset/confirm")
@needs("staff.manage")
def confirm_reset(staff_id: UUID) -> ResponseReturnValue:
    """The code is shown once, not behind a redirect: it would have to be kept until then."""
    try:
        with writing() as connection:
            account = somebody_elses(connection, staff_id)
            key = settings().factor_keys[0]
            code = resets.confirm(connection, account, actor=actor(), key=key, now=now())
    except resets.ResetError as error:
        with writing() as connection:
            audit(
                connection, "staff.reset_refused", kind="staff", object_id=staff_id,
                changes={"why": (None, error.fault)},
            )  # fmt: skip
        return _back(staff_id, RESET_FAULTS[error.fault], "error")
    return render_template("staff/reset_code.html", account=account, code=code)


@blueprint.post("/<uuid:staff_id>/reset/drop")
@needs("staff.manage")
def drop_reset(staff_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        account = somebody_elses(connection, staff_id)
        dropped = resets.drop(connection, account, actor=actor(), now=now())
    return _back(staff_id, DROPPED if dropped else NONE)


def _back(staff_id: UUID, message: str, category: str = "done") -> ResponseReturnValue:
    flash(gettext(message), category)
    return redirect(url_for(".change", staff_id=staff_id))
