"""`flask db`: the tables of the database."""

import sys

import click
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.registry.migrate import LockedError, upgrade


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@with_appcontext
def upgrade_database() -> None:
    """Bring the database to the newest schema. Exit 1 where a table is not to be had."""
    try:
        upgrade(ports().settings.database_url, prepared=ports().settings.prepares)
    except LockedError as error:
        click.echo(f"Nothing was changed: {error}. Try again when it is over.", err=True)
        sys.exit(1)
