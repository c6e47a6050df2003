"""Deliveries: made with the changes they tell of, sent again by people, counted, forgotten."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from gateway.registry.bulk import one_of
from gateway.registry.clock import database_now
from gateway.registry.database import UtcDateTime
from gateway.registry.learning import changes
from gateway.webhooks.endpoints import EVERYTHING
from gateway.webhooks.pacing import TRIED_FOR
from gateway.webhooks.tables import webhook_deliveries, webhook_endpoints, webhook_events

DeliveryState = Literal["waiting", "delivered", "parked", "ended"]
TEST = "webhook.test"
KEPT = timedelta(days=30)  # what is delivered, or has ended

_MADE = (
    "endpoint_id",
    "change_id",
    "event",
    "state",
    "attempts",
    "next_at",
    "give_up_at",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one endpoint."""

    waiting: int = 0
    parked: int = 0
    delivered: int = 0
    ended: int = 0


def tell_of(
    connection: Connection,
    first: int,
    last: int,
    *,
    clock: Callable[[Connection], datetime] = database_now,
) -> None:
    """Makes the deliveries of the changes that stand from `first` to `last` in the feed, one for
    each endpoint that is told of them; in the transaction that gives them their places.
    """
    now = clock(connection)
    told = webhook_events.c.event.in_([EVERYTHING, changes.c.kind])
    here = or_(
        webhook_endpoints.c.district_id.is_(None),
        webhook_endpoints.c.district_id == changes.c.district_id,
    )
    subscribed = select(webhook_events.c.event).where(
        webhook_events.c.endpoint_id == webhook_endpoints.c.id, told
    )
    rows = select(
        webhook_endpoints.c.id,
        changes.c.id,
        changes.c.kind,
        literal("waiting"),
        literal(0),
        literal(now, UtcDateTime),
        literal(now + TRIED_FOR, UtcDateTime),
        literal(now, UtcDateTime),
        literal(now, UtcDateTime),
    ).where(changes.c.position.between(first, last), here, subscribed.exists())
    in_order = rows.order_by(changes.c.position)
    connection.execute(
        insert(webhook_deliveries).from_select(_MADE, in_order, include_defaults=False)
    )


def add_test(connection: Connection, endpoint_id: UUID, *, now: datetime) -> int:
    """An event that tells of nothing, for whoever sets a receiver up; its number."""
    made = (
        insert(webhook_deliveries)
        .values(
            endpoint_id=endpoint_id,
            event=TEST,
            state="waiting",
            attempts=0,
            next_at=now,
            give_up_at=now + TRIED_FOR,
            created_at=now,
            updated_at=now,
        )
        .returning(webhook_deliveries.c.id)
    )
    return int(connection.execute(made).scalar_one())


def send_again(
    connection: Connection,
    endpoint_id: UUID,
    *,
    now: datetime,
    only: Collection[int] | None = None,
) -> int:
    """Those that are parked, or those of `only` whatever became of them, from now on for another
    day; how many. Their receiver is tried at once.
    """
    mine = [webhook_deliveries.c.endpoint_id == endpoint_id]
    if only is None:
        mine.append(webhook_deliveries.c.state == "parked")
    else:
        mine.append(one_of(connection, webhook_deliveries.c.id, only))
    again = connection.execute(
        update(webhook_deliveries)
        .where(*mine)
        .values(
            state="waiting", attempts=0, next_at=now, give_up_at=now + TRIED_FOR, updated_at=now
        )
    ).rowcount
    if again:
        here = webhook_endpoints.c.id == endpoint_id
        connection.execute(update(webhook_endpoints).where(here).values(next_at=now))
    return again


def drop(connection: Connection, endpoint_id: UUID, *, now: datetime) -> int:
    """What is parked ends untold; how many."""
    parked = and_(
        webhook_deliveries.c.endpoint_id == endpoint_id, webhook_deliveries.c.state == "parked"
    )
    ended = update(webhook_deliveries).where(parked).values(state="ended", updated_at=now)
    return connection.execute(ended).rowcount


def park_overdue(connection: Connection, *, now: datetime) -> int:
    """Those whose time is over while their receiver fails or is paused; how many.

    One that nobody has tried yet stays: the delay is ours.
    """
    failing = select(webhook_endpoints.c.id).where(
        or_(webhook_endpoints.c.failures > 0, webhook_endpoints.c.state == "paused")
    )
    overdue = and_(
        webhook_deliveries.c.state == "waiting",
        webhook_deliveries.c.give_up_at <= now,
        or_(webhook_deliveries.c.endpoint_id.in_(failing), webhook_deliveries.c.attempts > 0),
    )
    parked = update(webhook_deliveries).where(overdue).values(state="parked", updated_at=now)
    return connection.execute(parked).rowcount


def counts_of(connection: Connection, endpoint_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """How many of each state, by endpoint."""
    column = webhook_deliveries.c
    asked = (
        select(column.endpoint_id, column.state, func.count().label("number"))
        .where(column.endpoint_id.in_(endpoint_ids))
        .group_by(column.endpoint_id, column.state)
    )
    found: dict[UUID, dict[str, int]] = {one: {} for one in endpoint_ids}
    for row in connection.execute(asked):
        found[row.endpoint_id][row.state] = row.number
    return {one: Counts(**numbers) for one, numbers in found.items()}


def page_of(
    connection: Connection,
    endpoint_id: UUID,
    *,
    state: DeliveryState | None = None,
    before: int | None = None,
    at_most: int = 100,
) -> Sequence[Row[Any]]:
    """The newest first, older than the number `before`."""
    column = webhook_deliveries.c
    asked = select(webhook_deliveries).where(column.endpoint_id == endpoint_id)
    if state is not None:
        asked = asked.where(column.state == state)
    if before is not None:
        asked = asked.where(column.id < before)
    return connection.execute(asked.order_by(column.id.desc()).limit(at_most)).all()


def find(connection: Connection, endpoint_id: UUID, number: int) -> Row[Any]:
    """One of the endpoint's own; raises NoResultFound."""
    column = webhook_deliveries.c
    mine = select(webhook_deliveries).where(column.endpoint_id == endpoint_id, column.id == number)
    return connection.execute(mine).one()


def forget(connection: Connection, *, now: datetime, at_most: int) -> int:
    """Deletes some of those that were delivered or have ended long ago; how many."""
    column = webhook_deliveries.c
    old = (
        select(column.id)
        .where(column.updated_at < now - KEPT, column.state.in_(["delivered", "ended"]))
        .limit(at_most)
    )
    gone = delete(webhook_deliveries).where(column.id.in_(old))
    return connection.execute(gone).rowcount
