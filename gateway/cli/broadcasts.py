"""`flask broadcasts`: what the console does, for scripts."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select

from gateway.catalogues import LOCALES
from gateway.cli.context import ports, sending_hours
from gateway.cli.factors import signed_in
from gateway.cli.messaging import wake_workers
from gateway.core.quiet_hours import next_allowed_from
from gateway.messaging.audience import FILTERS, UnknownAudienceError, audience_of
from gateway.messaging.broadcasts import lifecycle
from gateway.messaging.broadcasts.approval import approve_broadcast, most_recipients
from gateway.messaging.broadcasts.faults import SENTENCES, BroadcastError
from gateway.messaging.broadcasts.kept_preview import keep_preview, kept_preview
from gateway.messaging.broadcasts.preview import Preview, preview_broadcast
from gateway.messaging.tables import broadcasts as table
from gateway.messaging.wakeups import Wakeups
from gateway.redis_client import connect
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor, record
from gateway.staff.authors import Author

_ID = click.argument("broadcast_id", type=click.UUID)


@click.group()
def broadcasts() -> None:
    """SMS to many people."""


@broadcasts.command()
@click.option("--name", required=True)
@click.option(
    "--text", "texts", type=(click.Choice(LOCALES), str), multiple=True, required=True,
    help="A locale and the text in it; once for each locale.",
)  # fmt: skip
@click.option("--district", multiple=True)
@click.option("--village", multiple=True)
@click.option("--pay-point", multiple=True)
@click.option("--health-centre", multiple=True)
@click.option("--category", multiple=True)
@click.option("--status", multiple=True, default=["enrolled"], show_default=True)
@click.option("--cycle", multiple=True)
@click.option("--as", "email", help="Who writes it; default: the user of this machine.")
@with_appcontext
def create(
    name: str, texts: Sequence[tuple[str, str]], email: str | None, **filters: Sequence[str]
) -> None:
    """Write a draft; prints its id. Places by their Lao or Latin names."""
    wanted = {one: filters[one] for one in FILTERS}
    with _changing() as connection:
        broadcast_id = lifecycle.create_broadcast(
            connection,
            name=name,
            texts=dict(texts),
            audience=audience_of(connection, wanted),
            author=_author(connection, email),
            default_locale=ports().settings.default_locale,
            now=datetime.now(UTC),
        )
    click.echo(broadcast_id)


@broadcasts.command()
@_ID
@with_appcontext
def preview(broadcast_id: UUID) -> None:
    """Count whom it would reach, and why not the others; the count is kept for its approval."""
    _count(broadcast_id)
    with _reading() as connection:
        row = lifecycle.read_broadcast(connection, broadcast_id)
        counted = preview_broadcast(
            connection, row.texts, row.audience, default_locale=ports().settings.default_locale
        )
    _show_preview(counted)


@broadcasts.command()
@_ID
@click.option("--as", "email", required=True)
@click.password_option(confirmation_prompt=False)
@click.option("--code", help="Of the second factor, where the person has one; asked if left out.")
@with_appcontext
def approve(broadcast_id: UUID, email: str, password: str, code: str | None) -> None:
    """A second person agrees, with their own password, to text, audience and count.

    Whoever has a second factor, or needs one by their role, proves it as well. What is not counted
    yet is counted now.
    """
    person = signed_in(email, password, code, "broadcast.approve")
    with _reading() as connection:
        row = lifecycle.read_broadcast(connection, broadcast_id)
    if person.district_id not in {None, row.district_id}:
        raise click.ClickException(SENTENCES["no_such"])
    if kept_preview(row) is None:
        _count(broadcast_id)
    with _changing() as connection:
        recipients = approve_broadcast(
            connection,
            broadcast_id,
            by=Author(person.email, person.id),
            now=datetime.now(UTC),
        )
        record(
            connection,
            Actor(person.email, person),
            "broadcast.approve",
            now=datetime.now(UTC),
            kind="broadcast",
            object_id=broadcast_id,
            district_id=row.district_id,
            changes={"state": (row.state, "approved")},
        )
    click.echo("approved")
    click.echo(f"for {recipients} handsets, {most_recipients(recipients)} at most", err=True)


@broadcasts.command()
@_ID
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="Local time; default: as it was submitted, else now.",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d %H:%M"]), help="Not sent after this.")
@with_appcontext
def start(broadcast_id: UUID, at: datetime | None, until: datetime | None) -> None:
    """Send it now, or at a time."""
    with _changing() as connection:
        at_once = lifecycle.start_broadcast(
            connection,
            broadcast_id,
            now=datetime.now(UTC),
            hours=sending_hours(),
            start_at=_local(at),
            expires_at=_local(until),
        )
    _expand(broadcast_id, at_once)
    click.echo("running" if at_once else "scheduled")


@broadcasts.command()
@_ID
@with_appcontext
def pause(broadcast_id: UUID) -> None:
    """Stop sending it for now."""
    with _changing() as connection:
        under_way = lifecycle.pause_broadcast(connection, broadcast_id, now=datetime.now(UTC))
    click.echo("paused")
    if under_way:
        click.echo(f"{under_way} messages are being sent right now", err=True)


@broadcasts.command()
@_ID
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="A new end, in local time; needed where the old one has passed.",
)
@with_appcontext
def resume(broadcast_id: UUID, until: datetime | None) -> None:
    """Go on where it was paused."""
    with _changing() as connection:
        at_once = lifecycle.resume_broadcast(
            connection,
            broadcast_id,
            now=datetime.now(UTC),
            hours=sending_hours(),
            expires_at=_local(until),
        )
    _expand(broadcast_id, at_once)
    wake_workers()
    click.echo("running" if at_once else "scheduled")


@broadcasts.command()
@_ID
@with_appcontext
def cancel(broadcast_id: UUID) -> None:
    """End it; what was not sent is not sent any more."""
    with _changing() as connection:
        left = lifecycle.cancel_broadcast(connection, broadcast_id, now=datetime.now(UTC))
    click.echo(f"cancelled, {left} messages not sent")


@broadcasts.command()
@click.argument("broadcast_id", type=click.UUID, required=False)
@with_appcontext
def show(broadcast_id: UUID | None) -> None:
    """The newest twenty, or one and what became of its messages."""
    with _reading() as connection:
        if broadcast_id is None:
            newest = select(table).order_by(table.c.created_at.desc()).limit(20)
            for row in connection.execute(newest):
                click.echo(f"{row.id}  {row.state:<9}  {row.name}")
            return
        row = lifecycle.read_broadcast(connection, broadcast_id)
        results = lifecycle.results_of(connection, broadcast_id)
    click.echo(f"{row.name}: {row.state}")
    written_by = ", ".join(one["name"] for one in row.authors)
    click.echo(f"written by {written_by}, approved by {row.approved_by or 'nobody yet'}")
    if row.expires_at is not None:
        hours = sending_hours()
        first_at = next_allowed_from(row.start_at, hours)
        ends_at = row.expires_at.astimezone(hours.zone)
        click.echo(f"goes out from {first_at:%Y-%m-%d %H:%M} to {ends_at:%Y-%m-%d %H:%M}")
    for (state, reason), count in sorted(results.items(), key=lambda item: str(item[0])):
        click.echo(f"{count:>9}  {state}  {reason or ''}".rstrip())


def _count(broadcast_id: UUID) -> None:
    with _sentences():
        keep_preview(
            ports().database,
            broadcast_id,
            default_locale=ports().settings.default_locale,
            now=datetime.now(UTC),
        )


def _author(connection: Connection, email: str | None) -> Author:
    """Whoever says that they write it, by their account where they have one."""
    account = by_email(connection, email) if email else None
    if account is not None:
        return Author(account.email, account.id)
    return Author(email or getpass.getuser())


def _show_preview(counted: Preview) -> None:
    click.echo(f"{counted.recipients} handsets of {counted.audience} beneficiaries")
    for reason, count in sorted(counted.excluded.items()):
        click.echo(f"  {count} not reached: {reason}")
    cost = "unknown" if counted.cost is None else f"{counted.cost:.2f} {counted.currency or ''}"
    click.echo(f"{counted.segments} segments, cost {cost}".rstrip())
    for locale, (handsets, text, segments) in sorted(counted.samples.items()):
        click.echo(f"{locale}, {handsets} handsets, {segments} segments each:\n{text}")


def _expand(broadcast_id: UUID, at_once: bool) -> None:
    if at_once:
        with closing(connect(ports().settings.redis_url)) as client:
            Wakeups(client).expand_broadcast(broadcast_id)


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=ports().settings.zone) if moment else None


@contextmanager
def _changing() -> Iterator[Connection]:
    """A writing transaction in which what is not possible becomes a sentence for the user."""
    with _sentences(), ports().database.writing() as connection:
        yield connection


@contextmanager
def _reading() -> Iterator[Connection]:
    with _sentences(), ports().database.reading() as connection:
        yield connection


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (BroadcastError, UnknownAudienceError) as error:
        raise click.ClickException(str(error)) from None
