"""`flask doctor`: whether a caller would get a page, for people and for cron."""

import sys
from collections.abc import Iterable
from itertools import chain

import click
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.cli.reach import LOOPBACK, own_addresses, reachable
from gateway.providers.provider import Provider
from gateway.registry.pins import count_older
from gateway.settings import Settings
from gateway.staff.factors.authenticator import tag_of
from gateway.staff.factors.store import count_apps


@click.group()
def doctor() -> None:
    """Whether the service is well, seen from outside."""


@doctor.result_callback()
def fail_with(troubles: Iterable[str], **_options: object) -> None:
    """Says each on standard error, and exits with 1 where there is one."""
    listed = list(troubles)
    for trouble in listed:
        click.echo(trouble, err=True)
    if listed:
        sys.exit(1)


def doctor_of(settings: Settings, providers: Iterable[Provider]) -> click.Group:
    """The doctor, with what the providers can be asked."""
    theirs = chain.from_iterable(provider.checks(settings) for provider in providers)
    commands = {str(command.name): command for command in (*doctor.commands.values(), *theirs)}
    return click.Group("doctor", commands, help=doctor.help, result_callback=fail_with)


@doctor.command("secrets")
@with_appcontext
def secrets_command() -> list[str]:
    """Look whether keys and peppers can be lost, and whether one is still waiting to go.

    Exit 1 with a sentence for each thing that is wrong.
    """
    settings = ports().settings
    with ports().database.reading() as connection:
        older = count_older(connection, settings.peppers)
        apps, older_apps = count_apps(connection, tag_of(settings.factor_keys[0]))
    click.echo(f"PINs that are not hashed with the newest pepper yet: {older}")
    if apps:
        click.echo(f"Second factors that are not under the newest key yet: {older_apps}")
    return secret_troubles(settings, older) + factor_troubles(settings, apps, older_apps)


@doctor.command("proxy")
@click.option("--port", default=8000, show_default=True, help="Where the web server listens.")
def proxy_command(port: int) -> list[str]:
    """Look whether the web server can be reached without nginx before it.

    Exit 1 with a sentence for each address at which it can, and where nothing listens.
    """
    return proxy_troubles(own_addresses(), port)


def proxy_troubles(addresses: list[str], port: int) -> list[str]:
    """A sentence for each of this machine's `addresses` at which the web server answers, and one
    where it answers nowhere, not even on the loopback.
    """
    if not reachable([*LOOPBACK, *addresses], port):
        return [
            f"Nothing listens on port {port} of this machine: the web server does not run, or it "
            "has another port (--port)."
        ]
    return [
        f"The web server can be reached at {address}, port {port}, past nginx: a client that "
        "never sends its request's body holds a thread for ever. Have it listen on 127.0.0.1."
        for address in reachable(addresses, port)
    ]


def factor_troubles(settings: Settings, apps: int, older: int) -> list[str]:
    """A sentence each; of the authenticator `apps`, `older` are not under the newest key."""
    if apps and not settings.factor_key and not settings.demo:
        return [
            "FACTOR_KEY is empty: second factors are under a key made of SECRET_KEY, and changing "
            "SECRET_KEY loses them all. Set FACTOR_KEY to one of its own (openssl rand -hex 32); "
            "what was set up until now stays valid."
        ]
    if "," in settings.factor_key and not older:
        return [
            "FACTOR_KEY holds an older key that no app needs any more: take it out. Recovery codes "
            "that were made under it are void then."
        ]
    return []


def secret_troubles(settings: Settings, older_pins: int) -> list[str]:
    """A sentence each; `older_pins` are hashed with another pepper than the newest."""
    found = []
    if not settings.pin_pepper and not settings.demo:
        found.append(
            "PIN_PEPPER is empty: PINs are hashed with a key made of SECRET_KEY, and changing "
            "SECRET_KEY loses every PIN. Set one of its own (openssl rand -hex 32); PINs set "
            "until now stay valid."
        )
    if "," in settings.pin_pepper:
        found.append(
            f"PIN_PEPPER holds an older pepper, which {older_pins} PINs still need."
            if older_pins
            else "PIN_PEPPER holds an older pepper that no PIN needs any more: take it out."
        )
    return found
