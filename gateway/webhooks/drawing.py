"""What is told of a change, as it is when it is sent: erasure reaches what waits or is parked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.registry.learning import changes


def draw(connection: Connection, _endpoint: Row[Any], change_id: UUID) -> Mapping[str, Any] | None:
    """None where nothing is kept of it any more."""
    row = connection.execute(select(changes).where(changes.c.id == change_id)).one_or_none()
    if row is None:
        return None
    return {"type": row.kind, "timestamp": row.at.isoformat(), "data": row.data}
