"""Between the password and the second factor: known to be somebody, and signed in as nobody.

Kept in the signed cookie for ten minutes; it opens nothing, and is void once the account changes.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from flask import Response, flash, make_response, redirect, request, session, url_for

from gateway.console.kit.context import database, now, reading, settings, writing
from gateway.console.kit.dates import read_moment
from gateway.console.kit.language import gettext
from gateway.console.middleware.devices import origin, remember
from gateway.console.pages.account.actions.sessions import enter
from gateway.console.pages.account.words import LINK_FAULTS
from gateway.staff.accounts import StaffUser, find
from gateway.staff.audit import Actor, Changes, record
from gateway.staff.factors.authenticator import Authenticators
from gateway.staff.factors.checking import RIGHT, Checks, Outcome
from gateway.staff.factors.store import has_factor
from gateway.staff.linking import Person, link
from gateway.staff.tables import staff_users

LASTS = timedelta(minutes=10)
_KEY = "halfway"
BY_SERVICE = "by_service"  # when the sign-in service said who it is


def checks() -> Checks:
    """What codes are checked with."""
    keys = settings().factor_keys
    return Checks(Authenticators(keys, now), keys)


def first_step(staff: StaffUser, target: str, person: Person | None = None) -> Response:
    """Who has proved the first factor, by password or as `person` at the sign-in service: signed
    in, or asked for the second, and on to `target`."""
    with reading() as connection:
        asked = has_factor(connection, staff.id)
    if not asked:
        return last_step(staff, target, person)
    session[_KEY] = {
        "id": staff.id.hex, "mark": _mark(staff), "at": now().isoformat(),
        "person": [person.issuer, person.subject] if person else None,
    }  # fmt: skip
    return make_response(redirect(url_for("console.account.second_step", next=target)))


def last_step(staff: StaffUser, target: str, person: Person | None = None) -> Response:
    """Signed in, and this device is known from now on. Only here is the account linked with who
    came by the service: whoever has no second factor has not proved to be its owner."""
    if person is not None:
        with writing() as connection:
            linked = link(connection, person, staff, now())
        if not linked:
            flash(gettext(LINK_FAULTS["other_subject"]), "error")
            return make_response(redirect(url_for("console.account.sign_in")))
    enter(staff, "service" if person else "password")
    if person:
        session[BY_SERVICE] = now().isoformat()
    response = make_response(redirect(target))
    remember(response, staff.id)
    return response


def halfway() -> StaffUser | None:
    """Who has proved the first factor in this browser less than ten minutes ago."""
    kept = session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    at = read_moment(kept.get("at"))
    if at is None or not at <= now() < at + LASTS:
        return None
    with reading() as connection:
        staff = find(connection, staff_users.c.id == UUID(kept["id"]))
    return staff if staff and staff.active and _mark(staff) == kept["mark"] else None


def came_as() -> Person | None:
    """Who the sign-in service said it is that is halfway in; None after a password."""
    said = session.get(_KEY, {}).get("person")
    return Person(*said) if said else None


def check_code(staff: StaffUser, typed: str) -> Outcome:
    """What became of it; a wrong one is a line in the audit log, a used recovery code as well."""
    outcome = checks().check(database(), staff.id, typed, origin=origin(), now=now())
    if outcome != "authenticator":
        action = "staff.recovery_used" if outcome in RIGHT else "staff.factor_failed"
        note(staff, action, {} if outcome in RIGHT else {"why": (None, outcome)})
    return outcome


def note(staff: StaffUser, action: str, changes: Changes) -> None:
    """A line of somebody who is not signed in yet."""
    actor = Actor(name=staff.email, staff=staff, address=request.remote_addr)
    with writing() as connection:
        record(
            connection, actor, action, now=now(), kind="staff", object_id=staff.id,
            district_id=staff.district_id, changes=changes,
        )  # fmt: skip


def _mark(staff: StaffUser) -> str:
    """Of the account as it is: another password or role makes another."""
    return hashlib.sha256(f"halfway {staff.uniquifier}".encode()).hexdigest()[:32]
