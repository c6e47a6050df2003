"""Broadcasts that two people have agreed on, for tests of what comes after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.messaging.broadcasts.approval import approve_broadcast
from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.broadcasts.kept_preview import keep_preview
from gateway.messaging.broadcasts.lifecycle import (
    create_broadcast,
    read_broadcast,
    results_of,
    resume_broadcast,
    start_broadcast,
)
from gateway.registry.database import Database
from gateway.staff.authors import Author
from tests.messaging.conftest import ALWAYS, Office

TEXTS = {"lo": "ສຸກສາລາປິດ 3 ມື້", "lo_Latn": "Souksala pit 3 mu", "en": "Closed for 3 days"}
OPERATOR, APPROVER = Author("operator@x"), Author("approver@x")
CONTENT = {"name": "Flood", "texts": TEXTS, "audience": {}, "default_locale": "lo"}


class BroadcastDesk:
    """Says the verbs of a broadcast in transactions of their own."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def say(self, verb, *arguments, **options):
        with self.office.database.writing() as connection:
            return verb(connection, *arguments, now=self.office.now, **options)

    def draft(self, **changes) -> UUID:
        one = self.say(create_broadcast, author=OPERATOR, **(CONTENT | changes))
        keep_preview(self.office.database, one, default_locale="lo", now=self.office.now)
        return one

    def approved(self, **changes) -> UUID:
        one = self.draft(**changes)
        self.say(approve_broadcast, one, by=APPROVER)
        return one

    def start(self, one: UUID, **times) -> bool:
        return self.say(start_broadcast, one, hours=self.office.hours, **times)

    def resume(self, one: UUID, **times) -> bool:
        return self.say(resume_broadcast, one, hours=self.office.hours, **times)

    def running(self, **changes) -> UUID:
        """Approved, started and expanded."""
        broadcast_id = self.approved(**changes)
        assert self.start(broadcast_id)
        self.expand(broadcast_id)
        return broadcast_id

    def expand(self, broadcast_id: UUID) -> None:
        expand_broadcast(
            self.office.database, broadcast_id, default_locale="lo", now=self.office.now
        )

    def row(self, broadcast_id: UUID):
        with self.office.database.reading() as connection:
            return read_broadcast(connection, broadcast_id)

    def results(self, broadcast_id: UUID):
        with self.office.database.reading() as connection:
            return results_of(connection, broadcast_id)


def started_broadcast(
    database: Database,
    *,
    now: datetime,
    texts: Mapping[str, str] | None = None,
    audience: Mapping[str, Any] | None = None,
    start_at: datetime | None = None,
) -> UUID:
    """Written, counted, approved, and started for `start_at` or now; not yet expanded."""
    with database.writing() as connection:
        broadcast_id = create_broadcast(
            connection,
            name="Flood",
            texts=texts or {"lo": "ສຸກສາລາປິດ"},
            audience=audience or {},
            author=OPERATOR,
            default_locale="lo",
            now=now,
        )
    keep_preview(database, broadcast_id, default_locale="lo", now=now)
    with database.writing() as connection:
        approve_broadcast(connection, broadcast_id, by=APPROVER, now=now)
        start_broadcast(connection, broadcast_id, now=now, start_at=start_at, hours=ALWAYS)
    return broadcast_id
