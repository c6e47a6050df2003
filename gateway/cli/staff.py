"""`flask staff`: the first account, and others where the console cannot be reached."""

import re
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, or_, select

from gateway.cli.context import ports
from gateway.registry.tables import districts
from gateway.staff.accounts import EmailTaken, add_staff, tidy_email
from gateway.staff.audit import Actor, record
from gateway.staff.passwords import hash_password, random_password
from gateway.staff.rights import ROLES, Role

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@click.group()
def staff() -> None:
    """Accounts of the console."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--district", help="Confine to this district, by its Lao or Latin name.")
@with_appcontext
def add(email: str, role: Role, district: str | None) -> None:
    """Add an account for EMAIL and print its first password, to be changed at the first sign-in."""
    if not _EMAIL.fullmatch(tidy_email(email)):
        raise click.BadParameter("this is not an email address", param_hint="EMAIL")
    password, now = random_password(), datetime.now(UTC)
    hashed = hash_password(password)
    with ports().database.writing() as connection:
        district_id = _district(connection, district) if district else None
        try:
            staff_id = add_staff(
                connection,
                email=email,
                password_hash=hashed,
                role=role,
                district_id=district_id,
                locale="lo",
                now=now,
            )
        except EmailTaken:
            raise click.ClickException(f"There is an account for {email}.") from None
        record(
            connection,
            Actor("flask staff add"),
            "staff.add",
            now=now,
            kind="staff",
            object_id=staff_id,
            district_id=district_id,
            changes={"role": (None, role)},
        )
    click.echo(f"{tidy_email(email)} {password}")


def _district(connection: Connection, name: str) -> int:
    """Raises ClickException with the names there are."""
    named = or_(districts.c.name == name, districts.c.name_latin == name)
    found = list(connection.execute(select(districts.c.id).where(named)).scalars())
    if len(found) == 1:
        return int(found[0])
    known = connection.execute(select(districts.c.name_latin).order_by(districts.c.name_latin))
    raise click.ClickException(f"No such district; there are: {', '.join(known.scalars())}.")
