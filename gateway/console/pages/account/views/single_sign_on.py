"""Signing in by the ministry's own sign-in service, beside passwords."""

import logging

from flask import abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import now, settings, signed_in, writing
from gateway.console.kit.guards import public, safe_next
from gateway.console.kit.language import gettext, language
from gateway.console.middleware.rate_limits import count_sign_in
from gateway.console.middleware.single_sign_on import (
    NotProved,
    ServiceAway,
    send_there,
    way_out,
    who_came_back,
)
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions.halfway import first_step
from gateway.console.pages.account.actions.keys import site
from gateway.console.pages.account.actions.sessions import record_refusal
from gateway.console.pages.account.words import LINK_FAULTS
from gateway.core.texts import _
from gateway.staff.accounts import StaffUser
from gateway.staff.linking import account_of, person_of
from gateway.staff.passwords import hash_password, random_password

AWAY = _("The sign-in service does not answer. Sign in with your password, or try again later.")
NOT_PROVED = _("The sign-in service did not say who you are. Try again.")
_NEXT = "after_the_service"

log = logging.getLogger("gateway.console")


@blueprint.get("/sign-in/service")
@public
def go_to_service() -> ResponseReturnValue:
    _in_use()
    target = safe_next(request.args.get("next"), url_for("console.today.index"))
    if signed_in() is not None:
        return redirect(target)
    count_sign_in()
    session[_NEXT] = target
    try:
        return send_there(settings(), _address("console.account.back_from_service"))
    except ServiceAway as error:
        return _refused(AWAY, error)


@blueprint.get("/sign-in/service/back")
@public
def back_from_service() -> ResponseReturnValue:
    _in_use()
    count_sign_in()
    target = safe_next(session.pop(_NEXT, None), url_for("console.today.index"))
    try:
        person = person_of(who_came_back(settings()), settings().oidc_issuer)
    except ServiceAway as error:
        return _refused(AWAY, error)
    except (NotProved, ValueError) as error:
        return _refused(NOT_PROVED, error)
    hashed = hash_password(random_password())  # nobody's, and before the transaction
    with writing() as connection:
        found = account_of(
            connection, person, new_role=settings().oidc_new_role or None, hashed=hashed,
            locale=language(), now=now(),
        )  # fmt: skip
    if not isinstance(found, StaffUser):
        record_refusal(person.email or "?", found)
        return _refused(LINK_FAULTS[found])
    return first_step(found, target, person)


@blueprint.get("/sign-in/service/out")
@public
def out_of_service() -> ResponseReturnValue:
    """Out of the service as well, for whoever shares the computer; nobody is signed in here now."""
    _in_use()
    if signed_in() is not None:
        return redirect(url_for(".index"))
    here = _address("console.account.sign_in")
    return redirect(way_out(settings(), here) or here)


def _in_use() -> None:
    if not settings().oidc_issuer:
        abort(404)


def _address(endpoint: str) -> str:
    """Absolute, at the address that people type."""
    at = site()
    return (at.origin if at else "") + url_for(endpoint)


def _refused(message: str, error: Exception | None = None) -> ResponseReturnValue:
    if error is not None:
        log.warning("single sign-on: %s %s", type(error).__name__, error)
    flash(gettext(message), "error")
    return redirect(url_for(".sign_in"))
