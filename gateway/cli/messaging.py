"""`flask reminders` and `flask messages`: plan what a day brings, look into the ledger."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection

from gateway.cli.context import ports, sending_hours
from gateway.core.errors import InvalidMsisdn
from gateway.core.message_states import MessageState
from gateway.core.msisdn import parse
from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.queries import (
    AnyRow,
    Wanted,
    count_states,
    find_message,
    find_messages,
    receipts_of,
)
from gateway.messaging.recovery.resolving import Resolution, resolve_unknown
from gateway.messaging.wakeups import Wakeups
from gateway.redis_client import connect

RESOLUTIONS: tuple[Resolution, ...] = ("arrived", "resend", "give_up")


def wake_workers() -> None:
    """Tells the workers that there is something to send; Redis may be away."""
    with closing(connect(ports().settings.redis_url)) as client:
        Wakeups(client).dispatch()


@click.group()
def reminders() -> None:
    """Reminders of payments and health visits."""


@reminders.command("run")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
@with_appcontext
def run(day: datetime | None) -> None:
    """Plan and queue what goes out on a day; a second run adds none."""
    settings, now = ports().settings, datetime.now(UTC)
    hours = sending_hours()
    added = run_reminders(
        ports().database,
        on=day.date() if day else now.astimezone(settings.zone).date(),
        hours=hours,
        default_locale=settings.default_locale,
        now=now,
    )
    wake_workers()
    click.echo(f"{added} reminders queued.")


@click.group()
def messages() -> None:
    """The ledger of messages."""


@messages.command("show")
@click.argument("message_id", type=click.UUID, required=False)
@click.option("--state", type=click.Choice(get_args(MessageState)))
@click.option("--msisdn", help="Any usual form of the number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@with_appcontext
def show(message_id: UUID | None, state: str | None, msisdn: str | None, limit: int) -> None:
    """One message and its receipts, or how many are in which state and the newest of them."""
    number = _number(msisdn) if msisdn else None
    with ports().database.reading() as connection:
        if message_id is not None:
            _show_one(connection, message_id)
            return
        for name, count in sorted(count_states(connection).items()):
            click.echo(f"{name:<12}{count:>9}")
        wanted = Wanted(state=state, msisdn=number)
        for row in find_messages(connection, wanted, at_most=limit):
            click.echo(_line(row))


@messages.command("resolve")
@click.argument("message_ids", type=click.UUID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every unknown message.")
@click.option("--as", "resolution", type=click.Choice(RESOLUTIONS), required=True)
@with_appcontext
def resolve(message_ids: tuple[UUID, ...], everything: bool, resolution: Resolution) -> None:
    """Settle messages whose outcome is unknown: they arrived, are sent again, or are given up."""
    if bool(message_ids) == everything:
        raise click.UsageError("name messages, or say --all")
    with ports().database.writing() as connection:
        ids = message_ids or tuple(
            row.id for row in find_messages(connection, Wanted(state="unknown"), at_most=100_000)
        )
        settled = resolve_unknown(connection, ids, resolution, now=datetime.now(UTC))
    wake_workers()
    click.echo(f"{settled} messages resolved.")
    if settled < len(ids):
        click.echo(f"{len(ids) - settled} were not unknown and stay as they are.")
        sys.exit(1)


def _show_one(connection: Connection, message_id: UUID) -> None:
    row = find_message(connection, message_id)
    if row is None:
        raise click.ClickException("there is no such message")
    click.echo(_line(row))
    click.echo(row.body or "not written yet")
    for receipt in receipts_of(connection, row):
        click.echo(f"{_moment(receipt.received_at)}  {receipt.status}  {receipt.reason or ''}")


def _line(row: AnyRow) -> str:
    """Numbers stay masked: a terminal's history is read by others."""
    masked = f"{row.msisdn[:6]}…{row.msisdn[-2:]}"
    return (
        f"{row.id}  {_moment(row.created_at)}  {row.category:<9}  {row.state:<10}  {masked}"
        f"  {row.template}  {row.reason or ''}"
    ).rstrip()


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ports().settings.zone):%Y-%m-%d %H:%M:%S}"


def _number(raw: str) -> str:
    try:
        return parse(raw).e164
    except InvalidMsisdn as error:
        raise click.BadParameter(error.reason) from None
