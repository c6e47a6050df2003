"""`flask db`: the tables of the database."""

import sys
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.cli.published import put_back_lines
from gateway.registry.migrate import LockedError, upgrade
from gateway.wordings.ground import Repository


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@with_appcontext
def upgrade_database() -> None:
    """Bring the database to the newest schema, and put back published texts that do not fit the
    menu any more.

    Exit 1 where a table is not to be had: what was done stays, and the next run goes on. A line for
    each published text that the upgrade is in the way of: staff settle that in the console.
    """
    try:
        upgrade(ports().settings.direct_url, prepared=ports().settings.prepares)
    except LockedError as error:
        click.echo(f"Not all was done: {error}. Run it again; it goes on from there.", err=True)
        sys.exit(1)
    for line in put_back_lines(cast("Repository", current_app.extensions["repository"])):
        click.echo(line)
