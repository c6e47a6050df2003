"""What people and keys do about endpoints, each with its line in the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from gateway.staff.audit import Actor, record
from gateway.webhooks import deliveries, endpoints

Done = Literal[
    "add", "change", "pause", "resume", "rotate", "test", "send_again", "drop", "remove"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Whose hand it is, and when. What is done is written by the caller's transaction."""

    actor: Actor
    now: datetime

    def send_again(self, connection: Connection, endpoint_id: UUID) -> int:
        """All that is parked; how many."""
        again = deliveries.send_again(connection, endpoint_id, now=self.now)
        self.note(connection, "send_again", endpoint_id, deliveries=(None, again))
        return again

    def drop(self, connection: Connection, endpoint_id: UUID) -> int:
        """What is parked is told to nobody; how many."""
        dropped = deliveries.drop(connection, endpoint_id, now=self.now)
        self.note(connection, "drop", endpoint_id, deliveries=(None, dropped))
        return dropped

    def pause(self, connection: Connection, endpoint_id: UUID) -> None:
        endpoints.pause(connection, endpoint_id, "asked", now=self.now)
        self.note(connection, "pause", endpoint_id)

    def resume(self, connection: Connection, endpoint_id: UUID) -> None:
        endpoints.resume(connection, endpoint_id, now=self.now)
        self.note(connection, "resume", endpoint_id)

    def remove(self, connection: Connection, endpoint_id: UUID, url: str) -> None:
        endpoints.remove(connection, endpoint_id)
        self.note(connection, "remove", endpoint_id, url=(url, None))

    def note(
        self,
        connection: Connection,
        done: Done,
        endpoint_id: UUID,
        **changes: tuple[object, object],
    ) -> None:
        record(
            connection,
            self.actor,
            f"webhook.{done}",
            now=self.now,
            kind="webhook",
            object_id=endpoint_id,
            changes=changes,
        )
