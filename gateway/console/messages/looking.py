"""Reading the ledger for a page: each statement is answered by an index, at any size."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast, get_args
from uuid import UUID

from sqlalchemy import Connection, Row, Select, String, Uuid, func, select, type_coerce
from sqlalchemy import cast as cast_to

from gateway.console.bounded import at_most
from gateway.console.context import one_or_404, scope, settings
from gateway.core.message_states import State
from gateway.figures.spans import day_start, first_id
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries

_A_DAY = timedelta(days=1)
_MOST_BATCHES = 100


def listed(given: Mapping[str, Any]) -> Select[Any]:
    """The messages that fit {"state", "category", "msisdn", "since", "until"}, all optional."""
    statement = _selected()
    if given.get("state") in get_args(State):
        statement = statement.where(state_is(cast("State", given["state"])))
    if "category" in given:
        statement = statement.where(messages.c.category == given["category"])
    if "msisdn" in given:
        statement = statement.where(messages.c.msisdn == given["msisdn"])
    zone = settings().zone
    if "since" in given:
        start = day_start(given["since"], zone)
        # The id finds the place by its index, created_at is exact.
        statement = statement.where(messages.c.id >= first_id(start))
        statement = statement.where(messages.c.created_at >= start)
    if "until" in given:
        end = day_start(given["until"] + _A_DAY, zone)
        statement = statement.where(messages.c.id < first_id(end + _A_DAY / 24))
        statement = statement.where(messages.c.created_at < end)
    return statement


def one(connection: Connection, message_id: UUID) -> Row[Any]:
    """The message with its person's district, or 404."""
    return one_or_404(connection, _selected().where(messages.c.id == message_id))


def unknown_waiting(connection: Connection) -> int:
    """How many wait to be settled, up to one above MANY."""
    return at_most(connection, scope(select(messages.c.id), messages).where(state_is("unknown")))


def unknown_batches(connection: Connection) -> Sequence[Row[Any]]:
    """The calls to an operator that never answered; `example` is the id of one of the messages."""
    unknown = scope(select(messages), messages).where(state_is("unknown")).subquery()
    return connection.execute(
        select(
            unknown.c.claim_id,
            unknown.c.provider,
            unknown.c.category,
            unknown.c.reason,
            func.min(unknown.c.sent_at).label("sent_at"),
            func.count().label("number"),
            type_coerce(func.min(cast_to(unknown.c.id, String)), Uuid).label("example"),
        )
        .group_by(unknown.c.claim_id, unknown.c.provider, unknown.c.category, unknown.c.reason)
        .order_by(func.min(unknown.c.sent_at))
        .limit(_MOST_BATCHES)
    ).all()


def unknown_beside(connection: Connection, message: Row[Any]) -> list[UUID]:
    """The unknown messages that went out in the same call as this one, itself among them."""
    if message.state != "unknown":
        return []
    if message.claim_id is None:
        return [message.id]
    same = scope(select(messages.c.id), messages).where(
        state_is("unknown"), messages.c.claim_id == message.claim_id
    )
    return list(connection.execute(same).scalars())


def broadcast_name(connection: Connection, message: Row[Any]) -> str | None:
    named = select(broadcasts.c.name).where(broadcasts.c.id == message.broadcast_id)
    return connection.execute(named).scalar_one_or_none()


def _selected() -> Select[Any]:
    joined = messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
    chosen = select(messages, beneficiaries.c.registration_no, beneficiaries.c.district_id)
    return scope(chosen.select_from(joined), messages)
