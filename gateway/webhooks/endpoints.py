"""Endpoints: made, changed, paused, given another secret, deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, true, update
from uuid_utils.compat import uuid7

from gateway.webhooks.pacing import SECRETS_OVERLAP
from gateway.webhooks.sealing import Seal
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints, webhook_events

EndpointState = Literal["active", "paused"]
PausedWhy = Literal["asked", "gone", "no_key"]
EVERYTHING = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """`secret` is sealed; `district_id` is the key's."""

    url: str
    events: Collection[str]
    api_key_id: UUID
    district_id: int | None
    secret: str


def add(connection: Connection, new: NewEndpoint, *, now: datetime) -> UUID:
    """It is told what is learnt from now on."""
    endpoint_id = uuid7()
    connection.execute(
        insert(webhook_endpoints).values(
            id=endpoint_id,
            url=new.url,
            api_key_id=new.api_key_id,
            district_id=new.district_id,
            secret=new.secret,
            state="active",
            failures=0,
            delivered=0,
            failed=0,
            next_at=now,
            created_at=now,
            updated_at=now,
        )
    )
    _subscribe(connection, endpoint_id, new.events)
    return endpoint_id


def read(connection: Connection, of: ColumnElement[bool] | None = None) -> Sequence[Row[Any]]:
    """The endpoints that `of` takes, the oldest first."""
    wanted = select(webhook_endpoints).where(true() if of is None else of)
    return connection.execute(wanted.order_by(webhook_endpoints.c.id)).all()


def events_of(connection: Connection, endpoint_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What each is told, by name."""
    names: dict[UUID, list[str]] = {one: [] for one in endpoint_ids}
    mine = webhook_events.c.endpoint_id.in_(endpoint_ids)
    asked = select(webhook_events).where(mine).order_by(webhook_events.c.event)
    for row in connection.execute(asked):
        names[row.endpoint_id].append(row.event)
    return names


def move(connection: Connection, endpoint_id: UUID, url: str, *, now: datetime) -> None:
    """Another address: what is known of the old one's failures is no more."""
    _write(connection, endpoint_id, now, url=url, failures=0, next_at=now)


def subscribe(
    connection: Connection, endpoint_id: UUID, events: Collection[str], *, now: datetime
) -> None:
    """What was learnt before stays as it was."""
    connection.execute(delete(webhook_events).where(webhook_events.c.endpoint_id == endpoint_id))
    _subscribe(connection, endpoint_id, events)
    _write(connection, endpoint_id, now)


def pause(connection: Connection, endpoint_id: UUID, why: PausedWhy, *, now: datetime) -> None:
    """Deliveries are still made, and wait; those of a day are parked."""
    _write(connection, endpoint_id, now, state="paused", paused_why=why)


def resume(connection: Connection, endpoint_id: UUID, *, now: datetime) -> None:
    """It is called again, at once."""
    _write(connection, endpoint_id, now, state="active", paused_why=None, failures=0, next_at=now)


def rotate(connection: Connection, endpoint_id: UUID, sealed: str, *, now: datetime) -> None:
    """A new secret; the one before signs beside it for a day."""
    _write(
        connection,
        endpoint_id,
        now,
        secret_before=webhook_endpoints.c.secret,
        secret_before_until_at=now + SECRETS_OVERLAP,
        secret=sealed,
    )


def seal_anew(connection: Connection, seal: Seal) -> None:
    """Secrets under an older key are put under the newest one, so that the older one can go."""
    for row in read(connection):
        kept = {"secret": row.secret, "secret_before": row.secret_before}
        renewed = {name: seal.renewed(value) for name, value in kept.items() if value}
        values = {name: value for name, value in renewed.items() if value}
        if values:
            # Only as they were read: a rotation meanwhile has made others.
            same = and_(webhook_endpoints.c.id == row.id, webhook_endpoints.c.secret == row.secret)
            connection.execute(update(webhook_endpoints).where(same).values(values))


def remove(connection: Connection, endpoint_id: UUID) -> None:
    """With all that waits for it."""
    for table in (webhook_deliveries, webhook_events):
        connection.execute(delete(table).where(table.c.endpoint_id == endpoint_id))
    connection.execute(delete(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id))


def _write(connection: Connection, endpoint_id: UUID, now: datetime, **values: Any) -> None:
    only = webhook_endpoints.c.id == endpoint_id
    connection.execute(update(webhook_endpoints).where(only).values(updated_at=now, **values))


def _subscribe(connection: Connection, endpoint_id: UUID, events: Collection[str]) -> None:
    rows = [{"endpoint_id": endpoint_id, "event": event} for event in sorted(set(events))]
    connection.execute(insert(webhook_events), rows)
