"""What the callbacks are wired to by the composition root, and where what they bring is stored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.callbacks.dials import Dials
from gateway.dialogue.ends import record_end
from gateway.dialogue.host import Dialogue
from gateway.messaging.receiving.allowance import Allowance
from gateway.messaging.receiving.inbound import record_incoming, record_opt_out
from gateway.messaging.receiving.receipts import record_receipt
from gateway.messaging.wakeups import Wakeups
from gateway.providers.base import DeliveryReceipt, MOMessage, OptOut, UssdEnd
from gateway.providers.provider import Record
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
    """`dials` knows what session ids that come again stand for."""

    settings: Settings
    database: Database
    sessions: SessionStore
    dials: Dials
    dialogue: Dialogue
    wakeups: Wakeups
    gettext: Mapping[str, Callable[[str], str]]
    patience: Patience
    now: Callable[[], datetime] = utc_now

    def store(self, records: Sequence[Record]) -> None:
        """All of `records`, in one transaction: raises where nothing was stored.

        Only ends of dialogues have one each; the same end again changes nothing.
        """
        for record in records:
            if isinstance(record, UssdEnd):
                record_end(self.database, self.sessions, self.dialogue.tree, record, self.now())
        others = [record for record in records if not isinstance(record, UssdEnd)]
        if others:
            with self.database.writing() as connection:
                self._write(connection, others)
        if any(isinstance(record, MOMessage) for record in others):
            self.wakeups.dispatch()

    def _write(
        self, connection: Connection, records: Iterable[DeliveryReceipt | MOMessage | OptOut]
    ) -> None:
        # By the database's clock: workers compare what is written here with what they write.
        now = database_clock(connection, self.now)()
        settings = self.settings
        for record in records:
            match record:
                case DeliveryReceipt():
                    record_receipt(connection, record, now=now)
                case OptOut():
                    record_opt_out(connection, record, now=now)
                case MOMessage():
                    record_incoming(
                        connection,
                        record,
                        now=now,
                        default_locale=settings.default_locale,
                        allowance=allowance_of(settings),
                    )
