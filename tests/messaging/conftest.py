"""A dispatcher over a provider in memory, on a clock that tests set."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.recovery.sweeper import Patience, sweep
from gateway.messaging.sending.dispatcher import Dispatcher, SendingSettings
from gateway.messaging.sending.rate import Unlimited
from gateway.messaging.sending.rendering import Language
from gateway.registry.database import Database
from tests.messaging.requesting import System
from tests.messaging.scripted_provider import ScriptedProvider
from tests.messaging.village import NOW, Village

ZONE = ZoneInfo("Asia/Vientiane")
ALWAYS = SendingHours(zone=ZONE, quiet=None, is_holiday=no_holidays)
ENGLISH = Language(
    gettext=dict.fromkeys(("lo", "lo_Latn", "en"), str),
    default_locale="lo",
    zone=ZONE,
    hotline="1234",
    service_code="*123#",
)


@dataclass
class Office:
    """The sending side of the gateway: one provider, one clock."""

    database: Database
    provider: ScriptedProvider = field(default_factory=ScriptedProvider)
    now: datetime = NOW
    hours: SendingHours = ALWAYS
    batch_size: int = 100
    lanes: int = 1
    unknown_wait: timedelta = timedelta(minutes=15)

    def dispatcher(self, **changes: Any) -> Dispatcher:
        parts: dict[str, Any] = {
            "database": self.database,
            "provider": self.provider,
            "rate": Unlimited(),
            "language": ENGLISH,
            "settings": SendingSettings(
                batch_size=self.batch_size,
                lease=timedelta(seconds=60),
                hours=self.hours,
                lanes=self.lanes,
            ),
            "clock": lambda _connection: lambda: self.now,
            "sleep": lambda seconds: self.later(seconds=seconds),
        }
        return Dispatcher(**(parts | changes))

    def send(self) -> None:
        """Sends all that may be sent now, or soon: while a lane waits, the clock goes on."""
        while self.dispatcher().drain(seconds=10):
            pass

    def sweep(self) -> dict[str, int]:
        reporting = {self.provider.name} if self.provider.reports_reliably else set()
        patience = Patience(self.unknown_wait, frozenset(reporting))
        return sweep(self.database, patience, now=self.now)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


Later = Callable[..., None]


@pytest.fixture
def system(database: Database) -> System:
    return System(database)
