"""`flask connections`: the registry's and the health system's connectors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from gateway.cli.context import ports
from gateway.connectors.driver import Ground
from gateway.connectors.file import Connection, ConnectionsError, read_connections
from gateway.connectors.known import DRIVERS
from gateway.connectors.pulling import Puller
from gateway.connectors.pushing import push, rehearse
from gateway.connectors.running import approve, is_stale, know, run
from gateway.connectors.source import SourceError
from gateway.connectors.tables import connections as table
from gateway.staff.audit import Actor

_WHICH = click.argument("name", required=False)


@click.group()
def connections() -> None:
    """The other systems that CONNECTIONS names. Without NAME: each of them."""


@connections.command("check")
@_WHICH
@with_appcontext
def check(name: str | None) -> None:
    """Connect, sign in, look whether what is configured is there. Exit 1 where something is not."""
    wrong = 0
    for one in _chosen(name):
        try:
            found = one.source(_ground(one)).check()
        except (SourceError, ConnectionsError) as error:
            wrong += 1
            click.echo(f"{one.name}\twrong\t{error}")
        else:
            for line in found or ["ok"]:
                click.echo(f"{one.name}\tok\t{line}")
    if wrong:
        raise SystemExit(1)


@connections.command("pull")
@_WHICH
@click.option("--approve", "approves", is_flag=True, help="Apply it: the preview was looked at.")
@with_appcontext
def pull(name: str | None, approves: bool) -> None:
    """Pull what has changed; the first time say what that would do, and change nothing."""
    wrong = 0
    for one in _chosen(name):
        if approves:
            with ports().database.writing() as sql:
                approve(sql, one.name, by=Actor("flask connections"), now=datetime.now(UTC))
        ran = run(_puller(), one, _ground(one))
        if ran is None:
            click.echo(f"{one.name}\tbusy\tanother process is at it")
        elif ran.fault:
            wrong += 1
            click.echo(f"{one.name}\t{ran.fault}\t{ran.about}")
        else:
            click.echo(f"{one.name}\t{ran.kind}\t{_counts(one.name, ran.counts)}")
    if wrong:
        raise SystemExit(1)


@connections.command("push")
@_WHICH
@click.option("--dry-run", "rehearses", is_flag=True, help="Say how much it would tell.")
@with_appcontext
def push_markings(name: str | None, rehearses: bool) -> None:
    """Tell the system that pays which payments staff marked as paid or missed."""
    wrong = 0
    for one in _chosen(name):
        if one.driver.sink is None and name is None:
            continue
        try:
            act = rehearse if rehearses else push
            told = act(_puller(), one, _ground(one))
        except (SourceError, ConnectionsError) as error:
            wrong += 1
            click.echo(f"{one.name}\twrong\t{error}")
            continue
        if told is None:
            click.echo(f"{one.name}\tbusy\tanother process is at it, or nobody has approved it")
            continue
        wrong += bool(told.fault)
        state = told.fault or ("would tell" if rehearses else "told")
        click.echo(f"{one.name}\t{state}\ttaken={told.taken} refused={told.refused} {told.about}")
    if wrong:
        raise SystemExit(1)


@connections.command("status")
@_WHICH
@with_appcontext
def status(name: str | None) -> None:
    """Name, driver, state, last pull that went through, fault; by tabs. Exit 1: one is stale."""
    now, stale = datetime.now(UTC), False
    chosen = _chosen(name)
    with ports().database.writing() as sql:
        know(sql, chosen)
        rows = {row.name: row for row in sql.execute(select(table))}
    for one in chosen:
        row = rows[one.name]
        old = bool(row.approved_at) and is_stale(one, row.last_ok_at, now)
        stale = stale or old
        state = "stale" if old else "ok" if row.approved_at else "waits for approval"
        last = row.last_ok_at.isoformat(timespec="minutes") if row.last_ok_at else "never"
        click.echo("\t".join([one.name, one.driver.name, state, last, row.fault or ""]))
    if stale:
        raise SystemExit(1)


def _chosen(name: str | None) -> list[Connection]:
    with _told():
        known = read_connections(ports().settings.connections, DRIVERS)
    if name is None:
        return list(known)
    found = [one for one in known if one.name == name]
    if not found:
        there_are = ", ".join(one.name for one in known) or "none"
        raise click.ClickException(
            f"{name}: no such connection in CONNECTIONS; there is {there_are}."
        )
    return found


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ConnectionsError as error:
        raise click.ClickException(str(error)) from None


def _ground(connection: Connection) -> Ground:
    settings = ports().settings
    return Ground(
        name=connection.name,
        secrets=os.environ,
        zone=settings.zone,
        now=lambda: datetime.now(UTC),
    )


def _puller() -> Puller:
    settings = ports().settings
    return Puller(
        database=ports().database,
        peppers=settings.peppers,
        clock=lambda: datetime.now(UTC),
        today=lambda now: now.astimezone(settings.zone).date(),
    )


def _counts(name: str, counts: object) -> str:
    if counts is not None:
        return " ".join(f"{key}={getattr(counts, key)}" for key in counts.__dataclass_fields__)  # type: ignore[attr-defined]
    with ports().database.reading() as sql:
        told = sql.execute(select(table.c.preview).where(table.c.name == name)).scalar_one()
    return " ".join(f"{key}={value}" for key, value in told.items() if isinstance(value, int))
