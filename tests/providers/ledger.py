"""The ledger as a provider's tests see it: what is queued, what sends it, what became of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from gateway.catalogues import load_gettext
from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.sending.dispatcher import Dispatcher, SendingSettings
from gateway.messaging.sending.ledger_share import LedgerShare
from gateway.messaging.sending.rate import Unlimited
from gateway.messaging.sending.rendering import Language
from gateway.messaging.tables import messages, mo_messages, receipts
from gateway.providers.base import SmsProvider
from gateway.registry.database import Database
from gateway.settings import Settings


class Ledger:
    def __init__(self, database: Database) -> None:
        self.database = database

    def queue(self, numbers: Sequence[str], template: str = "being_checked") -> None:
        """Queues a reply to each number: replies go at once, at any hour."""
        now = datetime.now(UTC)
        drafts = (
            Draft(
                dedupe_key=f"reply:{template}:{number}",
                category="reply",
                template=template,
                msisdn=number,
                locale="lo",
                not_before_at=now,
                expires_at=now + timedelta(hours=1),
            )
            for number in numbers
        )
        with self.database.writing() as connection:
            queue_messages(connection, drafts, now=now)

    def dispatcher(self, provider: SmsProvider, share: LedgerShare | None = None) -> Dispatcher:
        settings = Settings()
        return Dispatcher(
            database=self.database,
            provider=provider,
            rate=Unlimited(),
            share=share,
            language=Language(
                gettext=load_gettext(),
                default_locale="lo",
                zone=settings.zone,
                hotline="1234",
                service_code="*123#",
            ),
            settings=SendingSettings(
                batch_size=100,
                lease=timedelta(seconds=60),
                hours=SendingHours(zone=settings.zone, quiet=None, is_holiday=no_holidays),
                first_backoff=timedelta(0),
            ),
        )

    def states(self) -> Counter[str]:
        counted = select(messages.c.state, func.count().label("count")).group_by(messages.c.state)
        with self.database.reading() as connection:
            return Counter({row.state: row.count for row in connection.execute(counted)})

    def rows(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(messages).order_by(messages.c.id)))

    def unsent(self) -> int:
        """How many calls have failed or been left without an answer so far."""
        return sum(row.reason in {"connect_failed", "no_answer"} for row in self.rows())

    def receipts(self, *message_ids: UUID) -> list[Any]:
        """Those of `message_ids`, or of all that is in the ledger: a test before may have left
        Kannel with receipts of its own.
        """
        of = receipts.c.message_id.in_(message_ids or select(messages.c.id))
        with self.database.reading() as connection:
            return list(connection.execute(select(receipts).where(of).order_by(receipts.c.id)))

    def receipts_of(self, provider: str) -> list[Any]:
        of = receipts.c.provider == provider
        with self.database.reading() as connection:
            return list(connection.execute(select(receipts).where(of).order_by(receipts.c.id)))

    def incoming(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(mo_messages).order_by(mo_messages.c.id)))
