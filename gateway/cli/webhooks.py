"""`flask webhooks`: how receivers do, and what was given up, for scripts."""

from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection

from gateway.cli.context import ports
from gateway.staff.audit import Actor
from gateway.webhooks import endpoints
from gateway.webhooks.deliveries import counts_of
from gateway.webhooks.desk import Desk
from gateway.webhooks.tables import webhook_endpoints

_ENDPOINT = click.argument("endpoint_id", metavar="ID", type=click.UUID)


@click.group()
def webhooks() -> None:
    """Receivers of what the gateway learns; ids are those of `list`."""


@webhooks.command("list")
@with_appcontext
def list_endpoints() -> None:
    """Id, address, state, last success, last fault, status of HTTP, waiting, parked; by tabs."""
    with ports().database.reading() as connection:
        rows = endpoints.read(connection)
        counts = counts_of(connection, [row.id for row in rows])
    for row in rows:
        count = counts[row.id]
        state = f"{row.state}:{row.paused_why}" if row.paused_why else row.state
        last = row.delivered_at.isoformat(timespec="seconds") if row.delivered_at else ""
        fault = [row.fault or "", row.status or ""] if row.failures else ["", ""]
        line = [row.id, row.url, state, last, *fault, count.waiting, count.parked]
        click.echo("\t".join(map(str, line)))


@webhooks.command("send-again")
@_ENDPOINT
@with_appcontext
def send_again(endpoint_id: UUID) -> None:
    """Send again what was given up after a day, for another day."""
    with ports().database.writing() as connection:
        _known(connection, endpoint_id)
        again = _desk("send-again").send_again(connection, endpoint_id)
    click.echo(f"sent again: {again}")


@webhooks.command("drop")
@_ENDPOINT
@with_appcontext
def drop(endpoint_id: UUID) -> None:
    """Tell nobody what was given up: its receiver reads the change feed instead."""
    with ports().database.writing() as connection:
        _known(connection, endpoint_id)
        dropped = _desk("drop").drop(connection, endpoint_id)
    click.echo(f"dropped: {dropped}")


def _known(connection: Connection, endpoint_id: UUID) -> None:
    if not endpoints.read(connection, webhook_endpoints.c.id == endpoint_id):
        raise click.ClickException(f"There is no receiver {endpoint_id}.")


def _desk(verb: str) -> Desk:
    return Desk(actor=Actor(f"flask webhooks {verb}"), now=datetime.now(UTC))
