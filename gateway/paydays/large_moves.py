"""A payday moved for more people than one transaction bears: a row, then district by district.

Each district is a move of its own, with its corrections and its line in the audit log. What is
moved is not planned on the old day any more, so that whoever goes on after a crash moves the rest.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.quiet_hours import SendingHours
from gateway.paydays.desk import Desk
from gateway.paydays.moving import Becomes, Order, TooManyError, Which, cycles_of, move_part
from gateway.paydays.new_days import check_day
from gateway.paydays.tables import payday_moves
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from gateway.staff.audit import Actor


def have_moved(connection: Connection, order: Order, desk: Desk) -> UUID:
    """Has the whole day of `order` moved by the scheduler, in the name of the desk's actor, who is
    confined to no district. Of one day there is one such order at a time. Raises WrongDayError."""
    cycles = cycles_of(connection, order.which, desk)
    check_day(order.becomes.due_on, today=desk.today, cycles=cycles)
    waiting = waiting_for(connection, order)
    if waiting is not None:
        return waiting
    move_id: UUID = uuid7()
    connection.execute(
        insert(payday_moves).values(
            id=move_id,
            due_on=order.which.due_on,
            becomes_on=order.becomes.due_on,
            tell=order.tell,
            reason=order.reason,
            who=desk.actor.name,
            ordered_at=desk.now,
            payments=0,
            sms=0,
        )
    )
    return move_id


def waiting_for(connection: Connection, order: Order) -> UUID | None:
    """An order for the same day that is not carried out yet."""
    open_one = select(payday_moves.c.id).where(
        payday_moves.c.due_on == order.which.due_on, payday_moves.c.finished_at.is_(None)
    )
    found: UUID | None = connection.execute(open_one).scalars().first()
    return found


def steps(
    database: Database,
    *,
    clock: Callable[[], datetime],
    hours: SendingHours,
    default_locale: str,
) -> Iterator[int]:
    """Carries out what waits, oldest first, a district a step: yields how many payments moved."""
    while (row := _next(database)) is not None:
        desk = Desk(
            actor=Actor(row.who), now=clock(), hours=hours, default_locale=default_locale,
        )  # fmt: skip
        moved = _move_one(database, row, desk)
        if not moved:
            with database.writing() as connection:
                _write(connection, row, finished_at=desk.now)
        yield moved


def _next(database: Database) -> Row[Any] | None:
    open_ones = select(payday_moves).where(payday_moves.c.finished_at.is_(None))
    with database.reading() as connection:
        return connection.execute(open_ones.order_by(payday_moves.c.id).limit(1)).one_or_none()


def _move_one(database: Database, row: Row[Any], desk: Desk) -> int:
    """The next district of the order, or the next pay point of one that is too large."""
    which = Which(due_on=row.due_on)
    order = Order(which=which, becomes=Becomes(row.becomes_on), tell=row.tell, reason=row.reason)
    with database.reading() as connection:
        district = _first(connection, which, beneficiaries.c.district_id, desk)
        place = _first(connection, which, payments.c.pay_point_id, desk)
    if district is None or place is None:
        return 0
    try:
        return _carry_out(database, row, replace(order, which=_of(which, district)), desk)
    except TooManyError:
        smaller = replace(which, pay_point_ids=(place,))
        return _carry_out(database, row, replace(order, which=smaller), desk)


def _of(which: Which, district_id: int) -> Which:
    return replace(which, district_ids=(district_id,))


def _first(connection: Connection, which: Which, column: Column[Any], desk: Desk) -> int | None:
    found = (
        select(column)
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(*which.conditions(desk))
    )
    first: int | None = connection.execute(found.limit(1)).scalar_one_or_none()
    return first


def _carry_out(database: Database, row: Row[Any], order: Order, desk: Desk) -> int:
    with database.writing() as connection:
        moved = move_part(connection, order, desk)
        _write(
            connection, row,
            payments=payday_moves.c.payments + moved.payments,
            sms=payday_moves.c.sms + moved.queued + moved.left,
        )  # fmt: skip
    return moved.payments


def _write(connection: Connection, row: Row[Any], **values: Any) -> None:
    connection.execute(update(payday_moves).where(payday_moves.c.id == row.id).values(**values))
