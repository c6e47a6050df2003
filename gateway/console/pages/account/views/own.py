"""One's own account: who one is here, and sign-ins one may not know of."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import current_staff
from gateway.console.kit.dates import read_moment
from gateway.console.kit.guards import needs
from gateway.console.kit.words import ROLES
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions.sessions import see_alerts


@blueprint.get("/account")
@needs("console.see")
def index() -> ResponseReturnValue:
    return render_template("account/index.html", me=current_staff(), roles=ROLES)


@blueprint.post("/alerts/seen")
@needs("console.see")
def see() -> ResponseReturnValue:
    until = read_moment(request.form.get("until"))
    if until is not None:
        see_alerts(until)
    return redirect(url_for(".sessions"))
