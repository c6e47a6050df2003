"""Accounts: add, roles, first passwords, taking an account away and giving it back."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import audit, current_staff, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.kit.words import ROLES
from gateway.console.pages.staff import blueprint
from gateway.console.pages.staff.actions import add_account, change_somebody, record, somebody_elses
from gateway.console.pages.staff.forms import AccountForm, ChangeForm, offer_places, values_of
from gateway.console.pages.staff.queries import access_of, accounts, one_account
from gateway.core.texts import _
from gateway.staff import linking
from gateway.staff.accounts import EmailTaken, set_password
from gateway.staff.passwords import hash_password, random_password
from gateway.staff.tables import staff_users
from gateway.staff.tries import forget_tries

SAVED = _("The account is changed. The person has to sign in again.")
TAKEN_AWAY = _("The account is taken away: nobody can sign in with it.")
GIVEN_BACK = _("The account can be used again.")
UNLOCKED = _("The wrong passwords are forgotten: the person can sign in at once.")
UNLINKED = _(
    "Nobody at the sign-in service opens the account any more, until its owner does again."
)
TAKEN = _("There is an account with this email.")


@blueprint.get("/")
@needs("staff.manage")
def index() -> ResponseReturnValue:
    with reading() as connection:
        page = read_page(connection, accounts(), (staff_users.c.email,))
    return render_template("staff/index.html", page=page, roles=ROLES)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("staff.manage")
def add() -> ResponseReturnValue:
    form = AccountForm()
    with reading() as connection:
        offer_places(form, connection)
    if form.validate_on_submit():
        password = random_password()
        hashed = hash_password(password)
        try:
            add_account(form, hashed)
        except EmailTaken:
            form.email.errors.append(gettext(TAKEN))
        else:
            return _show_once(form.email.data, password)
    return render_template("staff/add.html", form=form)


@blueprint.route("/<uuid:staff_id>", methods=["GET", "POST"])
@needs("staff.manage")
def change(staff_id: UUID) -> ResponseReturnValue:
    form = ChangeForm()
    with reading() as connection:
        account = one_account(connection, staff_id)
        access = access_of(connection, account)
        offer_places(form, connection)
    if not form.is_submitted():
        form.show(account)
    elif form.validate() and change_somebody(staff_id, values_of(form), "staff.change", form):
        flash(gettext(SAVED), "done")
        return redirect(url_for(".index"))
    mine = staff_id == current_staff().id
    return render_template(
        "staff/change.html", form=form, account=account, mine=mine, roles=ROLES, **access
    )


@blueprint.post("/<uuid:staff_id>/password")
@needs("staff.manage")
def new_password(staff_id: UUID) -> ResponseReturnValue:
    password = random_password()
    hashed = hash_password(password)
    with writing() as connection:
        account = somebody_elses(connection, staff_id)
        if account.last_sign_in_at is not None:
            abort(403)  # whose it is by now, two administrators together give back to them
        set_password(connection, staff_id, hashed, now(), must_change=True)
        record(connection, account, "staff.new_password", {})
    return _show_once(account.email, password)


@blueprint.post("/<uuid:staff_id>/unlock")
@needs("staff.manage")
def unlock(staff_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        account = somebody_elses(connection, staff_id)
        changes = {"wrong_passwords": (forget_tries(connection, staff_id), 0)}
        audit(
            connection, "staff.unlock", kind="staff", object_id=staff_id,
            district_id=account.district_id, changes=changes,
        )  # fmt: skip
    flash(gettext(UNLOCKED), "done")
    return redirect(url_for(".change", staff_id=staff_id))


@blueprint.post("/<uuid:staff_id>/unlink")
@needs("staff.manage")
def unlink(staff_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        account = somebody_elses(connection, staff_id)
        if linking.unlink(connection, staff_id):
            record(connection, account, "staff.unlinked", {})
    flash(gettext(UNLINKED), "done")
    return redirect(url_for(".change", staff_id=staff_id))


@blueprint.post("/<uuid:staff_id>/deactivate")
@needs("staff.manage")
def deactivate(staff_id: UUID) -> ResponseReturnValue:
    change_somebody(staff_id, {"active": False}, "staff.deactivate")
    flash(gettext(TAKEN_AWAY), "done")
    return redirect(url_for(".index"))


@blueprint.post("/<uuid:staff_id>/activate")
@needs("staff.manage")
def activate(staff_id: UUID) -> ResponseReturnValue:
    change_somebody(staff_id, {"active": True}, "staff.activate")
    flash(gettext(GIVEN_BACK), "done")
    return redirect(url_for(".index"))


def _show_once(email: str, password: str) -> ResponseReturnValue:
    """Not behind a redirect: the password would have to be kept somewhere until then."""
    return render_template("staff/password.html", email=email, password=password)
