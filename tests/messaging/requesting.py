"""Systems that ask for SMS, in tests: a key, a request, what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.queueing import Asked, request_messages
from gateway.messaging.requested.reading import Seen, list_messages, see_message
from gateway.messaging.requested.wanted import Office, Sender, Wanted
from gateway.registry.database import Database
from tests.messaging.village import NOW

ZONE = ZoneInfo("Asia/Vientiane")

TEXT = {"text": "ພົບກັນທີ່ບ້ານ 9 ໂມງ", "category": "payment"}


@dataclass
class System:
    """One of the programme's systems with its key."""

    database: Database
    sender: Sender = field(default_factory=lambda: Sender(key_id=uuid7()))
    hours: SendingHours = field(
        default_factory=lambda: SendingHours(zone=ZONE, quiet=None, is_holiday=no_holidays)
    )
    now: datetime = NOW

    def ask(self, *rows: Wanted, request: str = "one", whole: bool = False) -> list[Asked]:
        with self.database.writing() as connection:
            return request_messages(
                connection, rows, self.sender, Office(hours=self.hours, default_locale="lo"),
                request=request, now=self.now, whole=whole,
            )  # fmt: skip

    def sent(self, **wanted: Any) -> UUID:
        """The id of a message that is taken."""
        [found] = self.ask(Wanted(**wanted))
        assert isinstance(found, UUID), found
        return found

    def refused(self, **wanted: Any) -> tuple[str, str]:
        """(field, reason) of one that is not."""
        [found] = self.ask(Wanted(**wanted))
        assert isinstance(found, RequestError), "it was taken"
        return found.field, found.reason

    def sees(self, message_id: UUID) -> Seen | None:
        with self.database.reading() as connection:
            return see_message(connection, message_id, self.sender)

    def lists(self, **given: Any) -> list[Seen]:
        with self.database.reading() as connection:
            return list_messages(connection, self.sender, **{"at_most": 50, **given})
