"""`flask staff`: the first account, and others where the console cannot be reached."""

import re
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, or_, select

from gateway.cli.context import ports
from gateway.registry.tables import districts, health_centres
from gateway.staff.accounts import EmailTaken, add_staff, by_email, tidy_email
from gateway.staff.audit import Actor, record
from gateway.staff.names import LONGEST, one_line
from gateway.staff.passwords import hash_password, random_password
from gateway.staff.resets import by_command
from gateway.staff.rights import ROLES, Role
from gateway.staff.tries import forget_tries

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@click.group()
def staff() -> None:
    """Accounts of the console."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", default="", help="What colleagues call the person.")
@click.option("--district", help="Confine to this district, by its Lao or Latin name.")
@click.option("--health-centre", help="A health worker's, by its Lao or Latin name.")
@with_appcontext
def add(email: str, role: Role, name: str, district: str | None, health_centre: str | None) -> None:
    """Add an account for EMAIL and print its first password, to be changed at the first sign-in."""
    if role == "health_worker" and not (health_centre or district):
        raise click.UsageError("A health worker needs --health-centre, or at least --district.")
    if health_centre and role != "health_worker":
        raise click.UsageError("Only a health worker belongs to a --health-centre.")
    if not _EMAIL.fullmatch(tidy_email(email)):
        raise click.BadParameter("this is not an email address", param_hint="EMAIL")
    password, now = random_password(), datetime.now(UTC)
    hashed = hash_password(password)
    with ports().database.writing() as connection:
        district_id = _district(connection, district) if district else None
        centre_id = None
        if health_centre:
            centre_id, district_id = _health_centre(connection, health_centre, district_id)
        try:
            staff_id = add_staff(
                connection,
                email=email,
                name=one_line(name)[:LONGEST],
                password_hash=hashed,
                role=role,
                district_id=district_id,
                health_centre_id=centre_id,
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


@staff.command("unlock")
@click.argument("email")
@with_appcontext
def unlock(email: str) -> None:
    """Let EMAIL sign in again at once after too many wrong passwords, from wherever they came."""
    now = datetime.now(UTC)
    with ports().database.writing() as connection:
        found = by_email(connection, email)
        if found is None:
            raise click.ClickException(f"There is no account for {tidy_email(email)}.")
        count = forget_tries(connection, found.id)
        record(
            connection,
            Actor("flask staff unlock"),
            "staff.unlock",
            now=now,
            kind="staff",
            object_id=found.id,
            district_id=found.district_id,
            changes={"wrong_passwords": (count, 0)},
        )
    click.echo(f"{found.email}: {count} wrong passwords forgotten.")


@staff.command("reset")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="It is lost as well: take it away.")
@with_appcontext
def reset(email: str, second_factor: bool) -> None:
    """Print a code that gives EMAIL a new password, once, within 24 hours.

    For an installation with one administrator; where there are two, the console makes it.
    """
    with ports().database.writing() as connection:
        found = by_email(connection, email)
        if found is None:
            raise click.ClickException(f"There is no account for {tidy_email(email)}.")
        code = by_command(
            connection,
            found,
            factors=second_factor,
            actor=Actor("flask staff reset"),
            key=ports().settings.factor_keys[0],
            now=datetime.now(UTC),
        )
    click.echo(f"{found.email} {code}")
    click.echo("To be typed at /console/sign-in/reset, by that person alone.", err=True)


def _health_centre(connection: Connection, name: str, district_id: int | None) -> tuple[int, int]:
    """Its id and its district's; raises ClickException with those there are."""
    columns = (
        health_centres.c.id,
        health_centres.c.district_id,
        health_centres.c.name,
        health_centres.c.name_latin,
        districts.c.name_latin.label("district"),
    )
    listed = select(*columns).join(districts, districts.c.id == health_centres.c.district_id)
    if district_id is not None:
        listed = listed.where(districts.c.id == district_id)
    there = connection.execute(listed.order_by(health_centres.c.name_latin)).all()
    found = [row for row in there if name in {row.name, row.name_latin}]
    if len(found) == 1:
        return int(found[0].id), int(found[0].district_id)
    if found:
        names = ", ".join(row.district for row in found)
        raise click.ClickException(f"Several districts have one; add --district: {names}.")
    known = ", ".join(row.name_latin for row in there)
    raise click.ClickException(f"No such health centre; there are: {known}.")


def _district(connection: Connection, name: str) -> int:
    """Raises ClickException with the names there are."""
    named = or_(districts.c.name == name, districts.c.name_latin == name)
    found = list(connection.execute(select(districts.c.id).where(named)).scalars())
    if len(found) == 1:
        return int(found[0])
    known = connection.execute(select(districts.c.name_latin).order_by(districts.c.name_latin))
    raise click.ClickException(f"No such district; there are: {', '.join(known.scalars())}.")
