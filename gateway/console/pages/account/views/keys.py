"""A security key or passkey: set up, and used at the second step."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff
from gateway.console.kit.guards import needs, public, safe_next
from gateway.console.kit.language import gettext
from gateway.console.middleware.rate_limits import count_sign_in
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions import factors, keys
from gateway.console.pages.account.actions.halfway import came_as, halfway, last_step
from gateway.console.pages.account.actions.sessions import is_own_password
from gateway.console.pages.account.forms import KeyCodeForm, KeyForm
from gateway.console.pages.account.views.second_factor import TOO_MANY, done
from gateway.console.pages.account.views.second_step import page_of
from gateway.core.texts import _
from gateway.staff.factors.checking import RIGHT
from gateway.staff.factors.store import TooMany

NOT_MADE = _("The key did not answer. Try again; each try is good for five minutes.")
NOT_RIGHT = _("The key did not answer, or was not one of yours. Try again, or type a code.")


@blueprint.route("/second-factor/key", methods=["GET", "POST"])
@needs("console.see")
def add_key() -> ResponseReturnValue:
    form, staff, site = KeyForm(), current_staff(), keys.site()
    if not factors.must_prove():
        del form.password
    if form.validate_on_submit() and (not form.password or is_own_password(form.password)):
        made = keys.made(staff, form.state.data or "", form.answer.data or "", form.name.data)
        if made is None:
            form.form_errors.append(gettext(NOT_MADE))
        else:
            try:
                return done(factors.add(made))
            except TooMany:
                form.form_errors.append(gettext(TOO_MANY))
    elsewhere = keys.elsewhere()
    asked = keys.ask_new(staff, site) if site and not elsewhere else None
    form.answer.data = ""
    if asked:
        form.state.data = asked.state
    return render_template("account/key.html", form=form, asked=asked, elsewhere=elsewhere)


@blueprint.post("/sign-in/second/key")
@public
def use_key() -> ResponseReturnValue:
    target = safe_next(request.args.get("next"), url_for("console.today.index"))
    staff, form = halfway(), KeyCodeForm()
    if staff is None:
        return redirect(url_for(".sign_in", next=target))
    count_sign_in()
    if form.validate_on_submit():
        outcome = keys.check_key(staff, form.state.data or "", form.answer.data)
        if outcome in RIGHT:
            return last_step(staff, target, came_as())
    return page_of(staff, target, error=gettext(NOT_RIGHT))
