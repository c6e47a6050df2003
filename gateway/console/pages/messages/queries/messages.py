"""Reading the ledger for a page: each statement is answered by an index, at any size."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast, get_args
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    Uuid,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy import cast as cast_to

from gateway.console.kit.context import current_staff, one_or_404, scope, settings
from gateway.console.kit.counts import at_most
from gateway.console.kit.listing import Page, read_page
from gateway.core.consent import MessageCategory
from gateway.core.message_states import MessageState
from gateway.figures.spans import day_start
from gateway.messaging.ledger import state_is
from gateway.messaging.restored.holding import not_set_aside
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.moments import first_id
from gateway.registry.tables import beneficiaries
from gateway.staff.confinement import conditions

_A_DAY, _SKEW = timedelta(days=1), timedelta(hours=1)
_FEW = 20_000
_MOST_BATCHES = 100


def page_of(connection: Connection, given: Mapping[str, Any]) -> Page:
    """The messages that fit {"state", "category", "msisdn", "since", "until"}, all optional."""
    if "msisdn" in given or not _sees_few(connection):
        statement = _selected().where(*_asked(given), *_exact_days(given))
        return read_page(connection, statement, (messages.c.id,), descending=True)
    return _page_of_few(connection, given)


def _page_of_few(connection: Connection, given: Mapping[str, Any]) -> Page:
    """From the people to their messages, in the index alone: walking back by id through those of
    a whole country could go on for long before it meets one of theirs.
    """
    found = (*conditions(messages, current_staff()), *_asked(given))
    theirs = select(messages.c.id.label("message_id")).where(*found).cte("theirs")
    theirs = theirs.prefix_with("MATERIALIZED", dialect="postgresql")
    key = cast("Column[UUID]", theirs.c.message_id)
    statement, exact = select(key), _exact_days(given)
    if exact:
        statement = statement.join(messages, messages.c.id == key).where(*exact)
    page = read_page(connection, statement, (key,), descending=True)
    ids = [row.message_id for row in page.rows]
    rows = {row.id: row for row in connection.execute(_selected().where(messages.c.id.in_(ids)))}
    return replace(page, rows=[rows[one] for one in ids])


def _sees_few(connection: Connection) -> bool:
    """Whether this person is confined to so few people that they can be gone through."""
    mine = conditions(beneficiaries, current_staff())
    if not mine:
        return False
    people = select(beneficiaries.c.id).where(*mine).limit(_FEW + 1).subquery()
    count = connection.execute(select(func.count()).select_from(people)).scalar_one()
    return int(count) <= _FEW


def _asked(given: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """What an index can answer; words stand in the SQL for the planner to see which one."""
    found: list[ColumnElement[bool]] = []
    if given.get("state") in get_args(MessageState):
        found.append(state_is(cast("MessageState", given["state"])))
    if given.get("category") in get_args(MessageCategory):
        found.append(messages.c.category == literal_column(f"'{given['category']}'"))
    if "msisdn" in given:
        found.append(messages.c.msisdn == given["msisdn"])
    zone = settings().zone
    if "since" in given:
        found.append(messages.c.id >= first_id(day_start(given["since"], zone)))
    if "until" in given:
        end = day_start(given["until"] + _A_DAY, zone)
        found.append(messages.c.id < first_id(end + _SKEW))
    return found


def _exact_days(given: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The id finds the place, give or take some minutes; this is exact."""
    zone, found = settings().zone, []
    if "since" in given:
        found.append(messages.c.created_at >= day_start(given["since"], zone))
    if "until" in given:
        found.append(messages.c.created_at < day_start(given["until"] + _A_DAY, zone))
    return found


def one(connection: Connection, message_id: UUID) -> Row[Any]:
    """The message with its person's district, or 404."""
    return one_or_404(connection, _selected().where(messages.c.id == message_id))


def unknown_waiting(connection: Connection) -> int:
    """How many wait to be settled, up to one above MANY."""
    unknown = scope(select(messages.c.id), messages).where(state_is("unknown"), not_set_aside())
    return at_most(connection, unknown)


def unknown_batches(connection: Connection) -> Sequence[Row[Any]]:
    """The calls to an operator that never answered; `example` is the id of one of the messages."""
    waiting = state_is("unknown"), not_set_aside()
    unknown = scope(select(messages), messages).where(*waiting).subquery()
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
    """Of the broadcast that a message belongs to; None of another message."""
    named = select(broadcasts.c.name).where(broadcasts.c.id == message.broadcast_id)
    return connection.execute(named).scalar_one_or_none()


def _selected() -> Select[Any]:
    joined = messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
    chosen = select(messages, beneficiaries.c.registration_no, beneficiaries.c.district_id)
    return scope(chosen.select_from(joined), messages)
