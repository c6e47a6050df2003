"""`flask beneficiaries data`, `ask-erasure`, `erase`: what the page of a person's data does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select

from gateway.cli.context import ports
from gateway.cli.factors import signed_in
from gateway.own_data import erasing
from gateway.own_data.collecting import collect
from gateway.own_data.whose import Whose, whose
from gateway.registry.tables import beneficiaries as table
from gateway.staff.audit import Actor, record
from gateway.staff.confinement import conditions
from gateway.staff.rights import Right

_NUMBER = click.argument("registration_no")
_CODE = click.option(
    "--code", help="Of the second factor, where the person has one; asked if left out."
)


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


@click.command("ask-erasure")
@_NUMBER
@click.option("--reason", required=True, help="Why; it goes with her data.")
@click.option("--as", "email", required=True, help="Who asks.")
@click.password_option(confirmation_prompt=False)
@_CODE
@with_appcontext
def ask_erasure(
    registration_no: str, reason: str, email: str, password: str, code: str | None
) -> None:
    """Ask that one person's data be erased: somebody else decides."""
    actor = _signed_in(email, password, code, "beneficiary.ask_erasure")
    with _changing() as connection:
        person = _person(connection, registration_no, actor)
        erasing.ask(connection, person.id, reason, actor=actor, now=datetime.now(UTC))


@click.command("erase")
@_NUMBER
@click.option("--as", "email", required=True, help="Who decides: not who asked.")
@click.password_option(confirmation_prompt=False)
@_CODE
@with_appcontext
def erase_person(registration_no: str, email: str, password: str, code: str | None) -> None:
    """Erase one person's data for ever, once that was asked for.

    Says first what goes and what stays, and why.
    """
    actor = _signed_in(email, password, code, "beneficiary.erase")
    with ports().database.reading() as connection:
        person = _person(connection, registration_no, actor)
        for one in erasing.survey(connection, person):
            why = f" ({one.holding.why})" if one.holding.why else ""
            click.echo(f"{one.holding.fate:6} {one.count:5} {one.holding.word}{why}")
    click.confirm("Erase it for ever?", abort=True)
    with _changing() as connection:
        now = datetime.now(UTC)
        erasing.erase(connection, person.id, registration_no, actor=actor, now=now)
    click.echo("It is done.")


def _signed_in(email: str, password: str, code: str | None, right: Right) -> Actor:
    """By password, and by the second factor where there is one or has to be."""
    staff = signed_in(email, password, code, right)
    return Actor(name=staff.email, staff=staff)


@contextmanager
def _changing() -> Iterator[Connection]:
    """A transaction; why nothing was done is a sentence."""
    try:
        with ports().database.writing() as connection:
            yield connection
    except erasing.ErasureError as error:
        raise click.ClickException(erasing.SENTENCES[error.fault]) from error


def _person(connection: Connection, registration_no: str, actor: Actor | None = None) -> Whose:
    """Within what whoever acts may see."""
    mine = conditions(table, actor.staff) if actor and actor.staff else []
    numbered = select(table.c.id).where(table.c.registration_no == registration_no, *mine)
    found = connection.execute(numbered).scalar_one_or_none()
    person = whose(connection, found) if found else None
    if person is None:
        raise click.ClickException("Nobody has this registration number.")
    return person
