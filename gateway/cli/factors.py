"""The second factor of whoever runs a command in their own name."""

from datetime import UTC, datetime

import click

from gateway.cli.context import ports
from gateway.staff.accounts import StaffUser
from gateway.staff.audit import Actor, record
from gateway.staff.factors.authenticator import Authenticators
from gateway.staff.factors.checking import RIGHT, Checks
from gateway.staff.factors.store import has_factor, owes_factor
from gateway.staff.tries import Origin

_HERE = Origin("command")


def prove_factor(person: StaffUser, code: str | None) -> None:
    """Asks for the code where `code` is None; nothing of who has no second factor and needs none.

    Raises ClickException for a wrong code, and where the role needs a factor that is not set up.
    """
    database = ports().database
    with database.reading() as connection:
        if owes_factor(connection, person.id, person.role):
            raise click.ClickException(
                "this role needs a second factor: sign in to the console and set one up first"
            )
        if not has_factor(connection, person.id):
            return
    typed = code or click.prompt("Code of the second factor, or a recovery code", err=True)
    keys, now = ports().settings.factor_keys, datetime.now(UTC)
    checks = Checks(Authenticators(keys, lambda: now), keys)
    outcome = checks.check(database, person.id, typed, origin=_HERE, now=now)
    if outcome in RIGHT:
        return
    with database.writing() as connection:
        record(
            connection, Actor(person.email, person), "staff.factor_failed", now=now, kind="staff",
            object_id=person.id, district_id=person.district_id, changes={"why": (None, outcome)},
        )  # fmt: skip
    raise click.ClickException(
        "this code is not right, or was used before; "
        "after five wrong ones none is right for 15 minutes"
    )
