"""Deliveries that were given up, written at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert
from uuid_utils.compat import uuid7

from gateway.webhooks.tables import webhook_deliveries


def parked(connection: Connection, endpoint_id: UUID, number: int, *, now: datetime) -> None:
    """Of an event that is of nobody."""
    rows = [
        {
            "endpoint_id": endpoint_id,
            "change_id": uuid7(),
            "event": "case.opened",
            "state": "parked",
            "attempts": 12,
            "next_at": now,
            "give_up_at": now,
            "fault": "status",
            "status": 500,
            "created_at": now,
            "updated_at": now,
        }
        for _ in range(number)
    ]
    connection.execute(insert(webhook_deliveries), rows)
