"""Rows that cannot simply follow where two people become one: of some there may be but one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, or_, select, update
from uuid_utils.compat import uuid7

from gateway.paydays.tables import moved_payments, payment_marks
from gateway.people.comparing import Comparison, Side, other_side
from gateway.people.desk import Desk
from gateway.places.pointing import referring
from gateway.registry.bulk import insert_new
from gateway.registry.cases import LONGEST_CASE
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.tables import (
    cases,
    pay_points,
    payments,
    people_pairs,
    visits,
)

_DECIDED = {
    "due_on": "due_on_set_here", "amount": "amount_set_here", "pay_point_id": "pay_point_set_here",
}  # fmt: skip


def follow_payments(
    connection: Connection,
    found: Comparison,
    keeps: Side,
    sides: Mapping[str, Side],
    now: datetime,
) -> None:
    """Payments of the row that goes are hers from now on, and remember the number that files know
    them by. Of a cycle that both have the one of `sides` stays, and no file undoes in what the
    other one differed; what that said is remembered beside it."""
    kept, away = found.row(keeps), found.row(other_side(keeps))
    for cycle, both in found.conflicts.items():
        gone = other_side(sides[cycle])
        stays, goes = both[sides[cycle]], both[gone]
        _repoint(connection, goes.id, stays.id)
        _remember(connection, stays, goes, found.row(gone).registration_no, now)
        connection.execute(delete(payments).where(payments.c.id == goes.id))
    theirs = update(payments).where(payments.c.beneficiary_id == away.id)
    connection.execute(
        theirs.where(payments.c.came_as.is_(None)).values(came_as=away.registration_no)
    )
    connection.execute(theirs.values(beneficiary_id=kept.id, updated_at=now))
    hers = (payments.c.beneficiary_id == kept.id) & (payments.c.came_as == kept.registration_no)
    connection.execute(update(payments).where(hers).values(came_as=None))


def move_payments(
    connection: Connection, kept: Row[Any], values: Mapping[str, Any], desk: Desk
) -> int:
    """Payments to come that lie in another district than hers go to her pay point: nobody there
    would find her. How many. `values` are what becomes of her row."""
    elsewhere = select(pay_points.c.id).where(pay_points.c.district_id != values["district_id"])
    ahead = (
        (payments.c.beneficiary_id == kept.id)
        & (payments.c.status == "scheduled")
        & (payments.c.due_on >= desk.today)
        & payments.c.pay_point_id.in_(elsewhere)
    )
    place = {
        "pay_point_id": values.get("pay_point_id", kept.pay_point_id), "pay_point_set_here": True,
    }  # fmt: skip
    moving = update(payments).where(ahead).values(**place, updated_at=desk.now)
    return connection.execute(moving).rowcount


def _remember(
    connection: Connection, stays: Row[Any], goes: Row[Any], whose: str, now: datetime
) -> None:
    connection.execute(
        insert(dropped_payments).values(
            id=goes.id, payment_id=stays.id, registration_no=goes.came_as or whose,
            due_on=goes.due_on, amount=goes.amount, pay_point_id=goes.pay_point_id,
            status=goes.status, at=now,
        )
    )  # fmt: skip
    decided = {
        mark: True
        for column, mark in _DECIDED.items()
        if getattr(stays, column) != getattr(goes, column)
    }
    if decided:
        hers = update(payments).where(payments.c.id == stays.id)
        connection.execute(hers.values(decided))


def _repoint(connection: Connection, goes: UUID, stays: UUID) -> None:
    """What was said, marked and moved of one is of the other one."""
    for together in (payment_marks.c.list_id, moved_payments.c.move_id):
        table = together.table
        hers = select(together).where(table.c.payment_id == stays)
        twice = together.in_(hers) & (table.c.payment_id == goes)
        connection.execute(delete(table).where(twice))
    for column in referring(payments):
        named = update(column.table).where(column == goes)
        connection.execute(named.values({column.name: stays}))


def follow_visits(connection: Connection, kept_id: UUID, away_id: UUID) -> None:
    """Of a visit that both have the later day stays: it is of the present course."""
    rows = connection.execute(
        select(visits)
        .where(visits.c.beneficiary_id.in_((kept_id, away_id)))
        .order_by(visits.c.done_on.desc(), visits.c.id)
    ).all()
    seen: set[tuple[str, int]] = set()
    for row in rows:
        key = (row.visit, row.child)
        if key in seen:
            connection.execute(delete(visits).where(visits.c.id == row.id))
        seen.add(key)
    theirs = update(visits).where(visits.c.beneficiary_id == away_id)
    connection.execute(theirs.values(beneficiary_id=kept_id))


def follow_cases(connection: Connection, kept_id: UUID, away_id: UUID, now: datetime) -> None:
    """Of two open ones about the same the older stays open, with what the other says."""
    open_ones = connection.execute(
        select(cases)
        .where(cases.c.beneficiary_id.in_((kept_id, away_id)), cases.c.state == "open")
        .order_by(cases.c.number)
    ).all()
    first: dict[tuple[str, str], Row[Any]] = {}
    for row in open_ones:
        stays = first.setdefault((row.msisdn, row.kind), row)
        if stays is not row:
            _join(connection, stays, row, now)
    theirs = update(cases).where(cases.c.beneficiary_id == away_id)
    connection.execute(theirs.values(beneficiary_id=kept_id))


def _join(connection: Connection, stays: Row[Any], joins: Row[Any], now: datetime) -> None:
    closed = {"state": "closed", "closed_at": now, "joined_to": stays.number}
    connection.execute(update(cases).where(cases.c.number == joins.number).values(closed))
    said = "\n".join(text for text in (stays.text, joins.text) if text)
    connection.execute(
        update(cases)
        .where(cases.c.number == stays.number)
        .values(
            text=said[:LONGEST_CASE] or None,
            times=cases.c.times + joins.times,
            again_at=max(filter(None, (stays.again_at, joins.again_at, joins.opened_at))),
        )
    )


def follow_pairs(connection: Connection, kept_id: UUID, away_id: UUID) -> None:
    """What was decided of the one that goes is decided of her; the pair itself is no more."""
    pairs = people_pairs.c
    about = or_(pairs.one_id == away_id, pairs.other_id == away_id)
    rows = connection.execute(select(people_pairs).where(about)).mappings().all()
    connection.execute(delete(people_pairs).where(about))
    for row in rows:
        third = row["one_id"] if row["other_id"] == away_id else row["other_id"]
        if third != kept_id:
            one, other = sorted((third, kept_id))
            pair = {**row, "id": uuid7(), "one_id": one, "other_id": other}
            insert_new(connection, people_pairs, [pair])
