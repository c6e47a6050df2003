"""What the console works on, handed over by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from redis import Redis

from gateway.providers.provider import Provider
from gateway.registry.database import Database
from gateway.settings import Settings
from gateway.ussd.screens import MenuTree
from gateway.wordings.editions import Editions
from gateway.wordings.ground import Repository


@dataclass(frozen=True)
class ConsoleDependencies:
    """`gettext` translates for each locale; `redis` wakes workers, no page hangs on it.

    `editions` are the published texts as this process knows them, to be refreshed by whoever
    publishes; `repository` what they lie over.
    """

    settings: Settings
    database: Database
    redis: Redis
    gettext: Mapping[str, Callable[[str], str]]
    menu: MenuTree
    editions: Editions
    repository: Repository
    now: Callable[[], datetime]
    providers: Sequence[Provider] = ()
