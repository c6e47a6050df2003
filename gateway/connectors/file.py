"""connections.toml: which other systems there are, each with its driver and that driver's keys."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gateway.connectors.driver import ConnectionSettings, Driver, Ground
from gateway.connectors.source import RegistrySink, RegistrySource

_LONGEST_NAME = 40
_LARGEST_FILE = 256 * 1024


class ConnectionsError(ValueError):
    """The file cannot be used; the sentence names connection, key and value."""


@dataclass(frozen=True)
class Connection:
    """One of the file."""

    name: str
    driver: Driver
    settings: ConnectionSettings

    def source(self, ground: Ground) -> RegistrySource:
        return self.driver.make(self.settings, ground)

    def sink(self, ground: Ground) -> RegistrySink | None:
        return self.driver.sink(self.settings, ground) if self.driver.sink else None


def read_connections(path: str, drivers: Sequence[Driver]) -> tuple[Connection, ...]:
    """Those of the file at `path`, none for "". Raises ConnectionsError."""
    if not path:
        return ()
    try:
        with Path(path).open("rb") as file:
            octets = file.read(_LARGEST_FILE + 1)
        if len(octets) > _LARGEST_FILE:
            raise ConnectionsError(f"{path}: larger than {_LARGEST_FILE} octets.")
        read = tomllib.loads(octets.decode())
    except OSError as error:
        raise ConnectionsError(f"{path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConnectionsError(f"{path}: {error}") from None
    return connections_of(read, drivers)


def connections_of(read: Mapping[str, Any], drivers: Sequence[Driver]) -> tuple[Connection, ...]:
    """The same of what the file holds: a table `connections` with a table for each."""
    unknown = sorted(set(read) - {"connections", "partners", "dci"})
    if unknown:
        raise ConnectionsError(f"{unknown[0]!r} is not known: there is [connections.NAME].")
    tables = read.get("connections", {})
    if not isinstance(tables, dict):
        raise ConnectionsError("connections must be tables: [connections.NAME].")
    return tuple(_connection(name, table, drivers) for name, table in tables.items())


def secret_of(ground: Ground, key: str, variable: str) -> str:
    """What the environment holds under `variable`, which the connection's `key` names.

    Raises ConnectionsError where there is nothing.
    """
    value = ground.secrets.get(variable, "")
    if not value:
        raise ConnectionsError(f"{ground.name}: {key} names {variable}, which is not set.")
    return value


def _connection(name: str, table: Any, drivers: Sequence[Driver]) -> Connection:
    plain = name.replace("-", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(name) <= _LONGEST_NAME):
        raise ConnectionsError(f"{name!r}: a name has letters, digits, - and _, at most 40.")
    if not isinstance(table, dict):
        raise ConnectionsError(f"{name}: must be a table, [connections.{name}].")
    known = {one.name: one for one in drivers}
    driver = known.get(str(table.get("driver")))
    if driver is None:
        there_are = ", ".join(sorted(known)) or "none"
        raise ConnectionsError(f"{name}: driver={table.get('driver')!r}: there is {there_are}.")
    try:
        settings = msgspec.convert(table, driver.settings)
    except msgspec.ValidationError as error:
        reason, _dash, place = str(error).partition(" - at `$.")
        key = place.rstrip("`")
        value = f"={table.get(key)!r}" if key in table else ""
        raise ConnectionsError(f"{name}: {key}{value}: {reason}.") from None
    if settings.every_minutes < 1 or settings.stale_hours < 1:
        raise ConnectionsError(f"{name}: every_minutes and stale_hours must be at least 1.")
    if settings.push and driver.sink is None:
        raise ConnectionsError(f"{name}: push=True: {driver.title} is only read.")
    return Connection(name, driver, settings)
