"""What the callbacks are wired to by the composition root, and where what they bring is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.dialogue.ends import record_end
from gateway.dialogue.host import Dialogue
from gateway.messaging.receiving.allowance import Allowance
from gateway.messaging.receiving.inbound import record_incoming, record_opt_out
from gateway.messaging.receiving.receipts import record_receipt
from gateway.messaging.wakeups import Wakeups
from gateway.providers.base import DeliveryReceipt, MOMessage, OptOut, UssdEnd
from gateway.registry.clock import database_clock, utc_now
from gateway.registry.database import Database
from gateway.registry.deadlines import Patience
from gateway.sessions import SessionStore
from gateway.settings import Settings


def allowance_of(settings: Settings) -> Allowance:
    """What a number may be answered, under `settings`."""
    return Allowance(settings.replies_per_hour, settings.replies_per_day, settings.zone)


@dataclass(frozen=True)
class CallbackDependencies:
    """Each method stores one record and raises where it could not."""

    settings: Settings
    database: Database
    sessions: SessionStore
    dialogue: Dialogue
    wakeups: Wakeups
    gettext: Mapping[str, Callable[[str], str]]
    patience: Patience
    now: Callable[[], datetime] = utc_now

    def end(self, end: UssdEnd) -> None:
        record_end(self.database, self.sessions, self.dialogue.tree, end, self.now())

    def receipt(self, receipt: DeliveryReceipt) -> None:
        with self.database.writing() as connection:
            record_receipt(connection, receipt, now=self._moment(connection))

    def mo_message(self, message: MOMessage) -> None:
        settings = self.settings
        with self.database.writing() as connection:
            record_incoming(
                connection,
                message,
                now=self._moment(connection),
                default_locale=settings.default_locale,
                allowance=allowance_of(settings),
            )
        self.wakeups.dispatch()

    def opt_out(self, listed: OptOut) -> None:
        with self.database.writing() as connection:
            record_opt_out(connection, listed, now=self._moment(connection))

    def _moment(self, connection: Connection) -> datetime:
        """By the database's clock: workers compare what is written here with what they write."""
        return database_clock(connection, self.now)()
