"""Every group of commands of the contract, put into the application."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import click
from flask import Flask
from psycopg.errors import UndefinedTable
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from gateway.cli import (
    api_check,
    api_keys,
    broadcasts,
    catalogue,
    connections,
    db,
    doctor,
    figures,
    imports,
    menus,
    messaging,
    operators,
    people,
    places,
    reference,
    staff,
    texts,
    webhooks,
)
from gateway.cli.after_restore import after_restore
from gateway.cli.arguments import bound
from gateway.cli.backup import backup, restore_file
from gateway.cli.own_data import ask_erasure, erase_person, take_data
from gateway.providers.provider import Provider
from gateway.registry.database import is_away, reason_of
from gateway.settings import Settings

GROUPS = (
    catalogue.catalogue,
    texts.texts,
    menus.menus,
    db.db,
    people.group,
    imports.payments,
    imports.visits,
    messaging.reminders,
    messaging.messages,
    broadcasts.broadcasts,
    staff.staff,
    figures.figures,
    places.places,
    operators.operators,
    reference.reference,
    api_check.api,
    api_keys.api_keys,
    connections.connections,
    webhooks.webhooks,
    backup,
    restore_file,
)
for _own in (take_data, ask_erasure, erase_person):
    imports.beneficiaries.add_command(_own)
messaging.messages.add_command(after_restore)
NO_TABLES = "The database lacks a table: run flask db upgrade."


def register_commands(app: Flask, settings: Settings, providers: Iterable[Provider]) -> None:
    """Raises SettingsError."""
    for group in (*GROUPS, doctor.doctor_of(settings, providers)):
        bound(group)
        app.cli.add_command(group)


def _leaves(command: click.Command) -> Iterator[click.Command]:
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _leaves(below)
    else:
        yield command


def _guarded(run: Callable[..., Any]) -> Callable[..., Any]:
    """A sentence instead of a traceback where the database is away or empty."""

    @wraps(run)
    def guarded(*args: Any, **options: Any) -> Any:
        try:
            return run(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            raise _sentence(error) from error

    return guarded


def _sentence(error: DBAPIError) -> Exception:
    """`error` itself where it is a fault of ours."""
    reason = reason_of(error)
    if isinstance(error.orig, UndefinedTable) or reason.startswith("no such table"):
        return click.ClickException(NO_TABLES)
    if isinstance(error, OperationalError):
        verb = "does not answer" if is_away(error) else "refuses"
        return click.ClickException(f"The database {verb}: {reason}")
    return error


for _command in (leaf for group in (*GROUPS, doctor.doctor) for leaf in _leaves(group)):
    if _command.callback is not None:
        _command.callback = _guarded(_command.callback)
