"""What a dialogue asks of whatever keeps its registry, and what that is told of who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.core.caller import Caller
from gateway.ussd.screens import Event, Need


class Asked(msgspec.Struct, frozen=True):
    """Who asks, in which session; `key` is unique to the session and the input consumed."""

    provider: str
    session_id: str
    msisdn: str
    key: str
    now: datetime


class AtDial(msgspec.Struct, frozen=True):
    """What a conversation starts from; `resumed`: it has made an offer to go on before."""

    caller: Caller
    resumed: bool


class Backend(Protocol):
    """What a dialogue wants of the database; every method raises where it cannot."""

    def at_dial(self, provider: str, session_id: str, msisdn: str, now: datetime) -> AtDial: ...

    def answer(self, asked: Asked, need: Need) -> Mapping[str, str]: ...

    def record(self, asked: Asked, event: Event) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Speaking:
    """Another backend, whose callers have all chosen `locale`."""

    backend: Backend
    locale: str

    def at_dial(self, provider: str, session_id: str, msisdn: str, now: datetime) -> AtDial:
        found = self.backend.at_dial(provider, session_id, msisdn, now)
        spoken = msgspec.structs.replace(found.caller, locale=self.locale)
        return AtDial(spoken, found.resumed)

    def answer(self, asked: Asked, need: Need) -> Mapping[str, str]:
        return self.backend.answer(asked, need)

    def record(self, asked: Asked, event: Event) -> Mapping[str, str]:
        return self.backend.record(asked, event)
