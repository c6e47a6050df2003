"""One's own second factors: an app that shows codes, recovery codes, and taking one away."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from gateway.console.kit.context import current_staff, one_or_404, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions import factors
from gateway.console.pages.account.actions.halfway import checks
from gateway.console.pages.account.actions.sessions import is_own_password
from gateway.console.pages.account.forms import AuthenticatorForm, ProofForm
from gateway.console.pages.account.queries import own_factor
from gateway.core.texts import _
from gateway.staff.factors.recovery import codes_left
from gateway.staff.factors.store import NeededByRole, TooMany, factors_of, needs_factor

ADDED = _("The second factor is set up. You are asked for it at the next sign-in.")
REMOVED = _("It is taken away.")
GONE = _("It was taken away before.")
NEEDED = _("Your role needs a second factor: set up another one before you take this one away.")
TOO_MANY = _("You have as many as there may be: take one away first.")
WRONG = _("This code is not right. Look at the clock of your phone, and type the newest code.")
TOO_OLD = _("This page was open for too long: scan the new picture.")


@blueprint.get("/second-factor")
@needs("console.see")
def second_factor() -> ResponseReturnValue:
    return _own(ProofForm(formdata=None))


@blueprint.route("/second-factor/app", methods=["GET", "POST"])
@needs("console.see")
def add_app() -> ResponseReturnValue:
    form = AuthenticatorForm()
    if not factors.must_prove():
        del form.password
    if form.validate_on_submit() and _is_proved(form):
        secret = factors.secret_of(form.sealed.data)
        if secret is None:
            form.form_errors.append(gettext(TOO_OLD))
        else:
            added = _add(form, secret)
            if added is not None:
                return added
    return _draw(form)


@blueprint.post("/second-factor/codes")
@needs("console.see")
def new_codes() -> ResponseReturnValue:
    form = ProofForm()
    if form.validate_on_submit() and _is_proved(form):
        return render_template("account/recovery_codes.html", codes=factors.new_codes())
    return _own(form)


@blueprint.route("/second-factor/<uuid:factor_id>/remove", methods=["GET", "POST"])
@needs("console.see")
def remove_factor(factor_id: UUID) -> ResponseReturnValue:
    form = ProofForm()
    with reading() as connection:
        factor = one_or_404(connection, own_factor(factor_id))
    if not (form.validate_on_submit() and _is_proved(form)):
        return render_template("account/remove_factor.html", form=form, factor=factor)
    try:
        flash(gettext(REMOVED if factors.remove(factor_id) else GONE), "done")
    except NeededByRole:
        flash(gettext(NEEDED), "error")
    return redirect(url_for(".second_factor"))


def done(codes: list[str]) -> ResponseReturnValue:
    """Added: the recovery codes that come with the first one are shown now, and never again."""
    flash(gettext(ADDED), "done")
    if codes:
        return render_template("account/recovery_codes.html", codes=codes)
    return redirect(url_for(".second_factor"))


def _add(form: AuthenticatorForm, secret: str) -> ResponseReturnValue | None:
    """None, and an error on the form, where it was not added."""
    try:
        codes = factors.add_authenticator(form.name.data, secret, form.code.data)
    except TooMany:
        form.form_errors.append(gettext(TOO_MANY))
        return None
    if codes is None:
        form.code.errors.append(gettext(WRONG))
        return None
    return done(codes)


def _is_proved(form: ProofForm) -> bool:
    return not form.password or is_own_password(form.password)


def _draw(form: AuthenticatorForm) -> ResponseReturnValue:
    """With the secret that was drawn before, where it is still good: it may be scanned already."""
    secret = factors.secret_of(form.sealed.data or "")
    if secret is None:
        secret, form.sealed.data = factors.new_secret()
    apps = checks().authenticators
    return render_template(
        "account/authenticator.html",
        form=form,
        picture=apps.picture(secret, current_staff().email),
        secret=apps.get_totp_pretty_key(secret),
    )


def _own(form: ProofForm) -> ResponseReturnValue:
    staff = current_staff()
    with reading() as connection:
        listed = factors_of(connection, staff.id)
        left = codes_left(connection, staff.id)
        needed = needs_factor(connection, staff.role)
    return render_template(
        "account/second_factor.html",
        form=form,
        listed=listed,
        left=left,
        needed=needed,
        owed=current_user.owes_factor,
    )
