"""`flask operators`: which provider carries whose SMS, and switching one off and on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.core.breaker import Health
from gateway.messaging.sending.breaker import (
    read_stops,
    release_provider,
    switch_off_provider,
)
from gateway.providers.routing import Routing, routing_of


@click.group()
def operators() -> None:
    """The ways by which SMS go out."""


@operators.command("show")
@with_appcontext
def show() -> None:
    """Every provider, the numbers it carries, and whether it sends."""
    for line in _lines(_routing()):
        click.echo(line)


@operators.command("off")
@click.argument("name")
@with_appcontext
def switch_off(name: str) -> None:
    """Send no SMS by NAME ("unitel") until it is switched on; its messages wait in the ledger."""
    provider = _provider(name, _routing())
    with ports().database.writing() as connection:
        switch_off_provider(connection, provider, datetime.now(UTC))
    click.echo(f"{provider} is off.")


@operators.command("on")
@click.argument("name")
@with_appcontext
def switch_on(name: str) -> None:
    """Send by NAME again, whatever it was stopped for."""
    provider = _provider(name, _routing())
    with ports().database.writing() as connection:
        release_provider(connection, provider, datetime.now(UTC))
    click.echo(f"{provider} is on.")


def _routing() -> Routing:
    return routing_of(ports().settings, ports().providers)


def _provider(name: str, routing: Routing) -> str:
    """By its own name ("kannel-unitel"), or by that of the operator behind it."""
    for known in routing.providers:
        if name in {known, known.partition("-")[2]}:
            return known
    raise click.BadParameter(f"there are {', '.join(routing.providers)}", param_hint="NAME")


def _lines(routing: Routing) -> Iterator[str]:
    with ports().database.reading() as connection:
        stops = read_stops(connection)
        for provider in routing.providers:
            state = _state(stops.get(provider))
            numbers = ", ".join(routing.scope_of(provider).within or ("all others",))
            yield f"{provider}: {state} ({numbers})"


def _state(health: Health | None) -> str:
    if health is None or health.state == "well":
        return "on"
    if health.state == "off":
        return "off"
    share = f"{health.share:.0%} of the last calls failed"
    if health.state == "slowed":
        return f"slowed: {health.reason}, {share}"
    if health.state == "failing":
        return f"stopped but for probes: {health.reason}, {share}"
    return f"stopped until {health.next_at:%Y-%m-%d %H:%M} UTC: {health.reason}"
