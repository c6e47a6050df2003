"""Reading keys."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import now, one_or_404, scope
from gateway.console.kit.places import name_columns
from gateway.registry.api_tables import api_key_secrets, api_keys
from gateway.registry.tables import districts


def listed() -> Select[Any]:
    """With the Lao and Latin names of the district; the newest first."""
    joined = api_keys.outerjoin(districts, districts.c.id == api_keys.c.district_id)
    found = select(api_keys, *name_columns(district=districts)).select_from(joined)
    return scope(found, api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id)


def one(connection: Connection, key_id: UUID) -> Row[Any]:
    """The key, or 404."""
    return one_or_404(connection, listed().where(api_keys.c.id == key_id))


def replaced_until(connection: Connection, key_id: UUID) -> Any:
    """Until when the secret before this one is valid; None: there is no other."""
    until = api_key_secrets.c.expires_at
    return connection.execute(
        select(until).where(api_key_secrets.c.key_id == key_id, until > now()).limit(1)
    ).scalar()


def state_of(row: Row[Any]) -> str:
    """A key of `words.STATES`."""
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= now() else "valid"
