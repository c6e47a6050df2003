"""`flask api-keys`: keys for the programme's other systems."""

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, select

from gateway.api.keys import (
    KeyFaultError,
    KeyKind,
    Wanted,
    find_by_name,
    listed_keys,
    make_key,
    revoke_key,
    rotate_key,
)
from gateway.catalogues import load_gettext
from gateway.cli.context import ports
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import parse
from gateway.registry.tables import districts
from gateway.staff.audit import Actor

_BY = Actor("flask api-keys")
_WHICH = click.argument("key")


@click.group("api-keys")
def api_keys() -> None:
    """Keys of other systems for /api/v1/. A key is shown once, when it is made."""


@api_keys.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice(get_args(KeyKind)), help="What may leave.")
@click.option("--scope", "scopes", multiple=True, required=True, help="RESOURCE:read or :write.")
@click.option("--district", help="Only this one, by its id or its name.")
@click.option("--number", "numbers", multiple=True, help="Of a team key: a number that gets SMS.")
@click.option("--days", type=int, default=365, show_default=True, help="How long it is valid.")
@with_appcontext
def add(name: str, *, district: str | None, numbers: tuple[str, ...], **given: Any) -> None:
    """Make a key and print it, once."""
    now, settings = datetime.now(UTC), ports().settings
    with ports().database.writing() as connection:
        wanted = Wanted(
            name=name,
            district_id=_district(connection, district) if district else None,
            numbers=[_number(one) for one in numbers],
            **given,
        )
        try:
            _id, shown = make_key(
                connection, wanted, by=_BY, now=now, pepper=settings.key("api_keys")
            )
        except KeyFaultError as error:
            raise click.ClickException(_said(error)) from None
    click.echo(shown)


@api_keys.command("list")
@with_appcontext
def list_keys() -> None:
    """Id, name, kind, state, last use, valid until, scopes; by tabs."""
    now = datetime.now(UTC)
    with ports().database.reading() as connection:
        rows = listed_keys(connection)
    for row in rows:
        state = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "valid"
        used = row.last_used_at.isoformat(timespec="minutes") if row.last_used_at else "never"
        until = row.expires_at.date().isoformat()
        click.echo(
            "\t".join([str(row.id), row.name, row.kind, state, used, until, " ".join(row.scopes)])
        )


@api_keys.command("rotate")
@_WHICH
@with_appcontext
def rotate(key: str) -> None:
    """Another secret for KEY (id or name), printed once; the one before is valid for a week."""
    with ports().database.writing() as connection:
        shown = rotate_key(
            connection, _id(connection, key), by=_BY, now=datetime.now(UTC),
            pepper=ports().settings.key("api_keys"),
        )  # fmt: skip
    if shown is None:
        raise click.ClickException(f"{key}: there is no valid key of this id or name.")
    click.echo(shown)


@api_keys.command("revoke")
@_WHICH
@with_appcontext
def revoke(key: str) -> None:
    """From now on KEY (id or name) opens nothing."""
    with ports().database.writing() as connection:
        revoked = revoke_key(connection, _id(connection, key), by=_BY, now=datetime.now(UTC))
    if not revoked:
        raise click.ClickException(f"{key}: there is no such key, or it was revoked before.")
    click.echo("revoked")


def _id(connection: Connection, key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        found = find_by_name(connection, key, now=datetime.now(UTC))
    if len(found) != 1:
        number = len(found) or "no"
        raise click.ClickException(f"{key}: {number} valid keys have this name; give the id.")
    return found[0]


def _district(connection: Connection, given: str) -> int:
    same = districts.c.name == given
    if given.isascii() and given.isdigit() and len(given) < 10:
        same = districts.c.id == int(given)
    found = connection.execute(
        select(districts.c.id).where(same | (districts.c.name_latin == given))
    ).all()
    if len(found) != 1:
        raise click.ClickException(f"--district {given!r}: there is no one district of this name.")
    return int(found[0].id)


def _number(text: str) -> str:
    try:
        return parse(text).e164
    except InvalidMsisdn:
        raise click.ClickException(f"--number {text!r} is no Lao mobile number.") from None


def _said(error: KeyFaultError) -> str:
    return load_gettext()["en"](error.reason) % error.params
