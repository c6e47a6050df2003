"""`flask doctor`: whether a caller would get a page, for people and for cron."""

import os
import sys
import time
from collections.abc import Iterable

import click
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.cli.reach import LOOPBACK, own_addresses, reachable
from gateway.providers.kannel.doctor import Unwell, dial, read_health
from gateway.providers.kannel.operators import read_operators
from gateway.registry.pins import count_older
from gateway.settings import Settings


@click.group()
def doctor() -> None:
    """Whether the service is well, seen from outside."""


@doctor.command("dial")
@click.option(
    "--status",
    "status_url",
    envvar="KANNEL_STATUS_URL",
    default="http://127.0.0.1:13000/status.xml",
    show_default=True,
    help="bearerbox's status page; its password is read from KANNEL_STATUS_PASSWORD.",
)
@click.option(
    "--bind",
    "bind",
    envvar="KANNEL_DOCTOR",
    default="127.0.0.1:13099",
    show_default=True,
    help="Where bearerbox takes the doctor's dials.",
)
@click.option("--seconds", default=10.0, show_default=True, help="How long a page may take.")
@click.option("--quiet", is_flag=True, help="Say something only where something is wrong.")
@with_appcontext
def dial_command(status_url: str, bind: str, seconds: float, quiet: bool) -> None:
    """Dial the service through Kannel, and look whether every operator's binds are up.

    Exit 1 with a sentence for each thing that is wrong.
    """
    fail_with([*_binds(status_url), *_dial(bind, seconds, quiet)])


@doctor.command("secrets")
@with_appcontext
def secrets_command() -> None:
    """Look whether keys and peppers can be lost, and whether one is still waiting to go.

    Exit 1 with a sentence for each thing that is wrong.
    """
    settings = ports().settings
    with ports().database.reading() as connection:
        older = count_older(connection, settings.peppers)
    click.echo(f"PINs that are not hashed with the newest pepper yet: {older}")
    fail_with(secret_troubles(settings, older))


@doctor.command("proxy")
@click.option("--port", default=8000, show_default=True, help="Where the web server listens.")
def proxy_command(port: int) -> None:
    """Look whether the web server can be reached without nginx before it.

    Exit 1 with a sentence for each address at which it can, and where nothing listens.
    """
    fail_with(proxy_troubles(own_addresses(), port))


def fail_with(troubles: Iterable[str]) -> None:
    """Says each on standard error, and exits with 1 where there is one."""
    listed = list(troubles)
    for trouble in listed:
        click.echo(trouble, err=True)
    if listed:
        sys.exit(1)


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


def _binds(status_url: str) -> list[str]:
    tables = read_operators(ports().settings.operators_file).by_name.values()
    wanted = tuple(dict.fromkeys(smsc for table in tables for smsc in (table.sms, table.ussd)))
    try:
        health = read_health(status_url, os.environ.get("KANNEL_STATUS_PASSWORD", ""))
    except Unwell as error:
        return [str(error)]
    return health.troubles(wanted)


def _dial(bind: str, seconds: float, quiet: bool) -> list[str]:
    host, _, port = bind.rpartition(":")
    started_at = time.perf_counter()
    try:
        page = dial(host, int(port), ports().settings.ussd_service_code, seconds=seconds)
    except Unwell as error:
        return [str(error)]
    if not quiet:
        milliseconds = (time.perf_counter() - started_at) * 1000
        click.echo(f"Answered in {milliseconds:.0f} ms:\n{page}")
    return []
