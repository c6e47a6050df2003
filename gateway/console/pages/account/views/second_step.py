"""After the password: the second factor, if the account has one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, signed_in
from gateway.console.kit.guards import public, safe_next
from gateway.console.kit.language import gettext
from gateway.console.middleware.rate_limits import count_sign_in
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions import keys
from gateway.console.pages.account.actions.halfway import (
    came_as,
    check_code,
    halfway,
    last_step,
)
from gateway.console.pages.account.forms import CodeForm, KeyCodeForm
from gateway.core.texts import _, plural
from gateway.staff.accounts import StaffUser
from gateway.staff.factors.checking import RIGHT, Outcome
from gateway.staff.factors.recovery import codes_left

WRONG = _(
    "This code is not right, or it was used before. After five wrong codes you have to wait 15 "
    "minutes."
)


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    target = safe_next(request.args.get("next"), url_for("console.today.index"))
    if signed_in() is not None:
        return redirect(target)
    staff = halfway()
    if staff is None:
        return redirect(url_for(".sign_in", next=target))
    form = CodeForm()
    if form.is_submitted():
        count_sign_in()
    if form.validate_on_submit():
        outcome = check_code(staff, form.code.data)
        if outcome in RIGHT:
            response = last_step(staff, target, came_as())
            _tell_what_is_left(outcome, staff.id)
            return response
        form.code.errors.append(gettext(WRONG))
    return page_of(staff, target, form)


def page_of(
    staff: StaffUser, target: str, form: CodeForm | None = None, error: str | None = None
) -> ResponseReturnValue:
    """The second step, for a code and for a key; `error` is what became of the key."""
    form = form or CodeForm(formdata=None)
    asked = keys.ask(staff)
    key_form = KeyCodeForm(formdata=None)
    if asked:
        key_form.state.data = asked.state
    if error:
        form.form_errors.append(error)
    return render_template(
        "account/second_step.html", form=form, key_form=key_form, asked=asked, next=target
    )


def _tell_what_is_left(outcome: Outcome, staff_id: UUID) -> None:
    if outcome != "recovery":
        return
    with reading() as connection:
        left = codes_left(connection, staff_id)
    told = plural(
        _("You have 1 recovery code left. Make new ones."),
        _("You have %(count)s recovery codes left."),
        left,
    )
    flash(gettext(told, count=left), "warning")
