"""A driver: what connections.toml calls it, its keys there, and what it makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.connectors.source import RegistrySink, RegistrySource


class ConnectionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every connection has in the file. Drivers add their own keys.

    A key that ends in `_env` names the environment variable that holds a secret.
    """

    driver: str
    every_minutes: int = 60
    stale_hours: int = 24  # without a pull that went through
    push: bool = False  # whether it is told what staff marked, after each pull


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a driver works with: `secrets` is the environment, `zone` the programme's."""

    name: str
    secrets: Mapping[str, str]
    zone: ZoneInfo
    now: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Driver:
    """`settings` are its keys in the file; `sink` where it can be told something. `make` and `sink`
    open no connection."""

    name: str
    title: str
    settings: type[ConnectionSettings]
    make: Callable[[Any, Ground], RegistrySource]
    sink: Callable[[Any, Ground], RegistrySink] | None = None
