"""Reading receivers: those of everybody, or of the reader's district."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import one_or_404, scope
from gateway.webhooks.deliveries import Counts, counts_of
from gateway.webhooks.tables import webhook_endpoints


def listed() -> Select[Any]:
    endpoints = webhook_endpoints
    return scope(select(endpoints), endpoints).order_by(endpoints.c.created_at, endpoints.c.id)


def one(connection: Connection, endpoint_id: UUID) -> Row[Any]:
    """The receiver, or 404."""
    return one_or_404(connection, listed().where(webhook_endpoints.c.id == endpoint_id))


def counts(connection: Connection, rows: list[Row[Any]]) -> Mapping[UUID, Counts]:
    """What waits for each, and what was given up."""
    return counts_of(connection, [row.id for row in rows])


def state_of(row: Row[Any]) -> str:
    """A key of `words.STATES`."""
    if row.state == "paused":
        return "paused"
    return "fails" if row.failures else "works"
