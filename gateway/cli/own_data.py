"""`flask beneficiaries data`, `erase`: one person's data, as the console's page of it does."""

import json
from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select

from gateway.cli.context import ports
from gateway.own_data import erasing
from gateway.own_data.collecting import collect
from gateway.own_data.whose import Whose, whose
from gateway.registry.tables import beneficiaries as table
from gateway.staff.accounts import StaffUser, authenticate, by_email
from gateway.staff.audit import Actor, record

_NUMBER = click.argument("registration_no")


@click.command("data")
@_NUMBER
@with_appcontext
def take_data(registration_no: str) -> None:
    """All that is held of one person, as JSON (docs/reference/person-data.md)."""
    now = datetime.now(UTC)
    with ports().database.writing() as connection:
        person = _person(connection, registration_no)
        who = Actor(name="flask beneficiaries data")
        record(connection, who, "person_data.take", now=now, kind="beneficiary",
               object_id=person.id)  # fmt: skip
        data = collect(connection, person, now=now)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@click.command("erase")
@_NUMBER
@click.option("--asked-by", required=True, help="The e-mail of who asks for it.")
@click.option("--reason", required=True, help="Why; it goes with her data.")
@click.option("--as", "email", required=True, help="The e-mail of who decides: somebody else.")
@click.password_option(confirmation_prompt=False)
@with_appcontext
def erase_person(
    registration_no: str, asked_by: str, reason: str, email: str, password: str
) -> None:
    """Erase one person's data for ever; says first what goes and what stays, and why."""
    decides = authenticate(ports().database, email, password)
    if decides is None or not decides.may("beneficiary.erase"):
        raise click.ClickException("nobody with this email and password may erase")
    with ports().database.reading() as connection:
        person = _person(connection, registration_no)
        asks = by_email(connection, asked_by)
        for one in erasing.survey(connection, person):
            why = f" ({one.holding.why})" if one.holding.why else ""
            click.echo(f"{one.holding.fate:6} {one.count:5} {one.holding.word}{why}")
    if asks is None or not asks.active or not asks.may("beneficiary.ask_erasure"):
        raise click.ClickException("whoever asks has no account that may")
    click.confirm("Erase it for ever?", abort=True)
    _erase(person.id, registration_no, reason, asks=asks, decides=decides)
    click.echo("It is done.")


def _erase(
    beneficiary_id: UUID, number: str, reason: str, *, asks: StaffUser, decides: StaffUser
) -> None:
    """Asked for and done in one transaction, each by their own name."""
    now = datetime.now(UTC)
    try:
        with ports().database.writing() as connection:
            first, second = (Actor(name=one.email, staff=one) for one in (asks, decides))
            erasing.ask(connection, beneficiary_id, reason, actor=first, now=now)
            erasing.erase(connection, beneficiary_id, number, actor=second, now=now)
    except erasing.ErasureError as error:
        raise click.ClickException(erasing.SENTENCES[error.fault]) from error


def _person(connection: Connection, registration_no: str) -> Whose:
    numbered = select(table.c.id).where(table.c.registration_no == registration_no)
    found = connection.execute(numbered).scalar_one_or_none()
    person = whose(connection, found) if found else None
    if person is None:
        raise click.ClickException("Nobody has this registration number.")
    return person
