"""Who runs a command in their own name: password, right and second factor; what is refused leaves
a line in the audit log.
"""

from datetime import UTC, datetime

import click

from gateway.cli.context import ports
from gateway.staff.accounts import StaffUser, authenticate, tidy_email
from gateway.staff.audit import Actor, record
from gateway.staff.factors.authenticator import Authenticators
from gateway.staff.factors.checking import RIGHT, Checks
from gateway.staff.factors.store import has_factor, owes_factor
from gateway.staff.rights import Right
from gateway.staff.tries import Origin

_HERE = Origin("command")


def signed_in(email: str, password: str, code: str | None, right: Right) -> StaffUser:
    """Raises ClickException, the same words whatever was wrong of e-mail, password and right."""
    database = ports().database
    person = authenticate(database, email, password)
    if person is None:
        _refused(_named(email), "staff.sign_in_failed", "wrong_password")
    elif not person.may(right):
        _refused(Actor(person.email, person), "staff.refused", right)
    else:
        prove_factor(person, code)
        return person
    raise click.ClickException("nobody with this email and password may do that")


def _named(email: str) -> Actor:
    """As whom somebody tried in vain: it may be nobody."""
    return Actor(tidy_email(email)[:120])


def _refused(actor: Actor, action: str, why: str) -> None:
    """Its line says that it was by a command, in no browser."""
    staff = actor.staff
    with ports().database.writing() as connection:
        record(
            connection, actor, action, now=datetime.now(UTC), kind="staff" if staff else None,
            object_id=staff.id if staff else None,
            district_id=staff.district_id if staff else None,
            changes={"why": (None, why), "how": (None, "command")},
        )  # fmt: skip


def prove_factor(person: StaffUser, code: str | None) -> None:
    """Asks for the code where `code` is None; nothing of who has no second factor and needs none.

    Raises ClickException for a wrong code, and where the role needs a factor that is not set up.
    """
    database = ports().database
    with database.reading() as connection:
        owes = owes_factor(connection, person.id, person.role)
        has = has_factor(connection, person.id)
    if owes:
        _refused(Actor(person.email, person), "staff.factor_failed", "no_factor")
        raise click.ClickException(
            "this role needs a second factor: sign in to the console and set one up first"
        )
    if not has:
        return
    typed = code or click.prompt("Code of the second factor, or a recovery code", err=True)
    keys, now = ports().settings.factor_keys, datetime.now(UTC)
    checks = Checks(Authenticators(keys, lambda: now), keys)
    outcome = checks.check(database, person.id, typed, origin=_HERE, now=now)
    if outcome in RIGHT:
        return
    _refused(Actor(person.email, person), "staff.factor_failed", outcome)
    raise click.ClickException(
        "this code is not right, or was used before; "
        "after five wrong ones none is right for 15 minutes"
    )
