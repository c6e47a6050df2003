"""`flask doctor`: a whole installation looked at, or one part, for people and for a monitor."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, cast

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.catalogues import LOCALES, read_messages
from gateway.cli.checkup.checks import CHECKS
from gateway.cli.checkup.examining import Check, Installation, Result, examine
from gateway.cli.checkup.keys import factor_troubles, secret_troubles
from gateway.cli.checkup.told import Told, code_of, told
from gateway.cli.context import ports
from gateway.cli.menus import menu_faults
from gateway.cli.published import published_over_catalogues
from gateway.cli.reach import LOOPBACK, own_addresses, reachable
from gateway.core.findings import fault
from gateway.core.texts import named
from gateway.providers.provider import Provider
from gateway.registry.pins import count_older
from gateway.settings import Settings, SettingsError
from gateway.staff.factors.authenticator import tag_of
from gateway.staff.factors.store import count_apps
from gateway.wordings.ground import Repository

PORT = click.option("--port", default=8000, show_default=True, help="Where the web server listens.")


def _told_as(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two ways of telling, besides that for people."""
    as_json = click.option("--json", "as_json", is_flag=True, help="All that was found, as JSON.")
    nagios = click.option(
        "--nagios", is_flag=True, help="One line first, and exit codes as Nagios has them."
    )
    return as_json(nagios(command))


@click.group(invoke_without_command=True)
@PORT
@_told_as
@with_appcontext
@click.pass_context
def doctor(context: click.Context, port: int, as_json: bool, nagios: bool) -> None:
    """Look at the whole installation, and say of each part what is wrong and what to do.

    Nothing is changed, no secret and no number is shown. Each look ends within 5 s, those at texts
    and menu within 30. Exit 0 where all is well, 1 where something must be done, 2 where nothing
    is wrong but something could not be looked at. With --nagios: 0 well, 1 warning, 2 fault, 3
    could not look.
    """
    if context.invoked_subcommand is None:
        _look(CHECKS, port, as_json=as_json, nagios=nagios)


@doctor.result_callback()
def fail_with(troubles: Iterable[str] | None, **_options: object) -> None:
    """Says each on standard error, and exits with 1 where there is one."""
    listed = list(troubles or ())
    for trouble in listed:
        click.echo(trouble, err=True)
    if listed:
        sys.exit(1)


def doctor_of(settings: Settings, providers: Iterable[Provider]) -> click.Group:
    """The doctor, with what the providers can be asked."""
    theirs = chain.from_iterable(provider.checks(settings) for provider in providers)
    return click.Group(
        "doctor",
        {str(command.name): command for command in (*doctor.commands.values(), *theirs)},
        callback=doctor.callback,
        params=doctor.params,
        help=doctor.help,
        invoke_without_command=True,
        result_callback=fail_with,
    )


def refusal(error: SettingsError, arguments: Sequence[str]) -> str | int:
    """What a process ends with that may not start: its sentence, or, where it was to be
    `flask doctor`, what the doctor tells of it.
    """
    if "doctor" not in arguments[1:2]:
        return str(error)
    wrong = fault(
        str(error), "Mend it (docs/settings.md); nothing else was looked at, all else needs it."
    )
    return _tell([Result("settings", (wrong,))], "--json" in arguments, "--nagios" in arguments)


def _look(checks: Sequence[Check], port: int, *, as_json: bool, nagios: bool) -> None:
    results = examine(checks, replace(installation(), port=port))
    sys.exit(_tell(results, as_json, nagios))


def _tell(results: Sequence[Result], as_json: bool, nagios: bool) -> int:
    way = Told.JSON if as_json else Told.NAGIOS if nagios else Told.PEOPLE
    click.echo(told(results, way))
    return code_of(results, nagios=nagios)


def installation() -> Installation:
    """That of the current app."""
    here = ports()
    repository = cast("Repository", current_app.extensions["repository"])
    own, app = here.settings, cast("Any", current_app)._get_current_object()

    def faults() -> Iterable[str]:
        with app.app_context():
            texts = published_over_catalogues(repository)
            return list(menu_faults(texts, repository.page, own.ussd_session_seconds))

    return Installation(
        settings=own,
        environ=os.environ,
        database=here.database,
        providers=here.providers,
        menu_faults=faults,
        texts_missing=_texts_missing,
    )


def _texts_missing() -> Iterable[str]:
    """Of the messages of each language's catalogue."""
    for locale in LOCALES:
        for key, text in read_messages(locale).items():
            if not text:
                yield f"{locale}: {named(key)}"


def _command_of(check: Check) -> click.Command:
    @click.command(check.name, help=f"Look at one thing: {check.about}.")
    @PORT
    @_told_as
    @with_appcontext
    def command(port: int, as_json: bool, nagios: bool) -> None:
        _look([check], port, as_json=as_json, nagios=nagios)

    return command


for _check in CHECKS:
    doctor.add_command(_command_of(_check))


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
@PORT
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
