"""Signing in and out, one's own password, the language."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from gateway.console.kit.context import (
    audit,
    current_staff,
    database,
    now,
    settings,
    signed_in,
    writing,
)
from gateway.console.kit.guards import must_change_password, needs, public, safe_next
from gateway.console.kit.language import LANGUAGES, gettext
from gateway.console.middleware.devices import origin
from gateway.console.middleware.rate_limits import count_sign_in
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions.halfway import BY_SERVICE, first_step
from gateway.console.pages.account.actions.sessions import (
    begin_session,
    is_own_password,
    record_refusal,
)
from gateway.console.pages.account.actions.sign_in_service import service_name
from gateway.console.pages.account.forms import PasswordForm, SignInForm
from gateway.core.texts import _
from gateway.staff.accounts import StaffUser, by_email, check_password, set_locale, set_password
from gateway.staff.passwords import hash_password
from gateway.staff.sessions import end_sessions

WRONG = _(
    "This email and password do not belong together. After five wrong passwords you have to "
    "wait 15 minutes."
)
CHANGED = _("Your password is changed.")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    home = url_for("console.today.index")
    target = safe_next(request.args.get("next"), home)
    if signed_in() is not None:
        return redirect(target)
    form = SignInForm()
    if form.is_submitted():
        count_sign_in()
    if form.validate_on_submit():
        found = check_password(
            database(), form.email.data, form.password.data, origin=origin(), now=now()
        )
        if isinstance(found, StaffUser):
            return first_step(found, target)
        record_refusal(form.email.data, found)
        form.form_errors.append(gettext(WRONG))
    return render_template(
        "account/sign_in.html", form=form, next=request.args.get("next"), service=service_name(),
        left=request.args.get("left") == "service",
    )  # fmt: skip


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if signed_in() is not None:
        with writing() as connection:
            audit(connection, "staff.sign_out")
            end_sessions(connection, current_staff().id, now(), only=current_user.session_id)
        logout_user()
    by_service = BY_SERVICE in session
    session.clear()
    if by_service and settings().oidc_issuer:
        return redirect(url_for(".sign_in", left="service"))
    return redirect(url_for(".sign_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@needs("console.see")
def password() -> ResponseReturnValue:
    staff = current_staff()
    form = PasswordForm(staff.email)
    if form.validate_on_submit() and is_own_password(form.old):
        hashed = hash_password(form.new.data)
        with writing() as connection:
            set_password(connection, staff.id, hashed, now())
            audit(connection, "staff.password_changed", kind="staff", object_id=staff.id)
            renewed = by_email(connection, staff.email)
        if renewed is not None:
            begin_session(renewed)
        flash(gettext(CHANGED), "done")
        return redirect(url_for("console.today.index"))
    return render_template("account/password.html", form=form, forced=must_change_password(staff))


@blueprint.post("/language")
@public
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    staff = signed_in()
    if chosen in LANGUAGES:
        session["language"] = chosen
        if staff is not None:
            with writing() as connection:
                set_locale(connection, staff.id, chosen)
    return redirect(safe_next(request.form.get("next"), url_for("console.today.index")))
