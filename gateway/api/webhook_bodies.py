"""What a receiver is told of a change, by the scopes its key has now, as the feed would tell it.

Drawn when it is sent: erasure and a key's end reach what waits or is parked.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.changes.telling import body, rows_of
from gateway.registry.api_tables import api_keys
from gateway.registry.clock import database_now
from gateway.webhooks.sending import NoKeyError


def draw(connection: Connection, endpoint: Row[Any], change_id: UUID) -> Mapping[str, Any] | None:
    """None where nothing is kept of it, or of whom it was about. Raises NoKeyError."""
    scopes = _scopes(connection, endpoint.api_key_id)
    rows = rows_of(connection, [change_id])
    if not rows:
        return None
    (change,) = body(connection, rows, scopes)
    if rows[0].beneficiary_id and change.registration_no is None:
        return None
    return {"type": change.kind, "timestamp": change.at.isoformat(), "data": change}


def _scopes(connection: Connection, key_id: UUID) -> list[str]:
    asked = select(api_keys.c.scopes).where(
        api_keys.c.id == key_id,
        api_keys.c.revoked_at.is_(None),
        api_keys.c.expires_at > database_now(connection),
    )
    scopes: list[str] | None = connection.execute(asked).scalar_one_or_none()
    if scopes is None:
        raise NoKeyError
    return scopes
