"""What the callbacks are wired to by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.dialogue.ends import record_end
from gateway.dialogue.host import Dialogue
from gateway.providers.base import UssdEnd
from gateway.registry.database import Database
from gateway.sessions import SessionStore
from gateway.settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class CallbackPorts:
    settings: Settings
    database: Database
    sessions: SessionStore
    dialogue: Dialogue
    gettext: Mapping[str, Callable[[str], str]]
    now: Callable[[], datetime] = utc_now

    def end(self, end: UssdEnd) -> None:
        record_end(self.database, self.sessions, end, self.now())
