"""Back into one's account with a code that two administrators have made, handed over in person."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import database, now, settings
from gateway.console.kit.guards import public
from gateway.console.kit.language import gettext
from gateway.console.middleware.devices import origin
from gateway.console.middleware.rate_limits import count_sign_in
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions.sessions import record_refusal
from gateway.console.pages.account.forms import ResetForm
from gateway.core.texts import _
from gateway.staff.resets import use

WRONG = _("This email and code do not belong together, or the code was used or is too old.")
DONE = _("Your new password is set. Sign in with it.")


@blueprint.route("/sign-in/reset", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    form = ResetForm()
    if form.is_submitted():
        count_sign_in()
    if form.validate_on_submit():
        found = use(
            database(), form.email.data, form.code.data, form.new.data,
            keys=settings().factor_keys, origin=origin(), now=now(),
        )  # fmt: skip
        if found is not None:
            flash(gettext(DONE), "done")
            return redirect(url_for(".sign_in"))
        record_refusal(form.email.data, "wrong_reset")
        form.form_errors.append(gettext(WRONG))
    return render_template("account/reset.html", form=form)
