"""What the API works on, handed over by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from gateway.core.quiet_hours import SendingHours
from gateway.registry.database import Database
from gateway.settings import Settings


@dataclass(frozen=True)
class ApiDependencies:
    """`gettext` translates for each locale; `redis` counts calls and wakes workers: the API goes on
    without."""

    settings: Settings
    database: Database
    redis: Redis
    gettext: Mapping[str, Callable[[str], str]]
    hours: SendingHours
    now: Callable[[], datetime]
