"""`flask texts take`: a filled workbook of cards comes back."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast, get_args

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection

from gateway.catalogues import LOCALES, load_gettext
from gateway.cli.context import ports
from gateway.cli.imports import FAULTS, ONE_FAULT
from gateway.core.texts import plural
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor
from gateway.text_cards.filled import FaultyFile, Taken, read_lines, take
from gateway.wordings.ground import Repository
from gateway.wordings.kinds import Capacity
from gateway.wordings.versions import ground_of


@click.command("take")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--by",
    required=True,
    help="E-mail of the editor or administrator who read and wrote; no second person.",
)
@click.option(
    "--capacity", type=click.Choice(get_args(Capacity)), default="language_reader",
    show_default=True,
)  # fmt: skip
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True)
@with_appcontext
def take_command(file: Path, by: str, capacity: Capacity, locale: str) -> None:
    """Bring a filled .xlsx of cards in: an x confirms, another wording is proposed.

    A comment without another wording is kept with the text. All of it or nothing: exit 1 with a
    sentence for each faulty line.
    """
    gettext = load_gettext()[locale]
    try:
        taken = _take(file, by, capacity)
    except FaultyFile as error:
        for fault in error.faults:
            click.echo(fault.tell(gettext))
        count = len(error.faults)
        click.echo(gettext(plural(ONE_FAULT, FAULTS, count)) % {"count": count})
        sys.exit(1)
    click.echo(taken.tell(gettext))


def _take(file: Path, by: str, capacity: Capacity) -> Taken:
    with file.open("rb") as opened:
        lines = read_lines(opened)
    with ports().database.writing() as connection:
        ground = ground_of(connection, cast("Repository", current_app.extensions["repository"]))
        actor = _reader(connection, by)
        return take(connection, ground, lines, capacity, actor=actor, now=datetime.now(UTC))


def _reader(connection: Connection, by: str) -> Actor:
    """One of the staff who may bring a file in at the console; nobody else is a reader."""
    staff = by_email(connection, by)
    if staff is None or not staff.active:
        raise click.ClickException(f"{by}: there is no such account that is in use.")
    if not (staff.may("text.confirm") and staff.may("text.propose")):
        raise click.ClickException(
            f"{staff.email} may not word texts: give the file to an editor or an administrator."
        )
    return Actor(staff.email, staff)
