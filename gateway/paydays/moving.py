"""Payments that are to come moved to another day or place, and the SMS that correct what was told.

Of a village, of pay points, of districts or of everybody: the rows change by one statement, and
later files keep to what was set here. What is not corrected in this transaction because an SMS was
on its way meanwhile, the scheduler's run of corrections sees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    Uuid,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from uuid_utils.compat import uuid7

from gateway.core.texts import _
from gateway.core.told import LastTold, Told
from gateway.messaging.ledger import queue_messages
from gateway.messaging.planning.reminders import corrections
from gateway.messaging.tables import messages
from gateway.messaging.told import HAS_TOLD, last_told
from gateway.paydays.desk import Desk
from gateway.paydays.new_days import check_day
from gateway.paydays.tables import moved_payments, payment_moves
from gateway.paydays.untold import SILENT
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, districts, pay_points, payments, villages

Tell = Literal["told", "all"]  # those who were told otherwise; everybody who has a phone
MOST_MOVED = 40_000  # payments in one transaction
MOST_CORRECTED = 20_000  # SMS in it; the scheduler's next run queues the others
TOO_MANY = _("These are too many for one step: move them district by district.")
_AT_ONCE = 1000  # payments
_MOST_NAMED = 20  # places, in a line of the log


@dataclass(frozen=True, kw_only=True)
class Which:
    """Payments still planned on a day, of all or, of what is given, of all that."""

    due_on: date
    district_ids: Sequence[int] = ()
    pay_point_ids: Sequence[int] = ()
    village_id: int | None = None
    cycle: str | None = None

    def conditions(self, desk: Desk) -> list[ColumnElement[bool]]:
        """On payments, joined with their `beneficiaries`; nobody whom the actor may not see."""
        found: list[ColumnElement[bool]] = [
            payments.c.due_on == self.due_on,
            payments.c.status == "scheduled",
            *desk.hers(),
        ]
        if self.district_ids:
            found.append(beneficiaries.c.district_id.in_(self.district_ids))
        if self.pay_point_ids:
            found.append(payments.c.pay_point_id.in_(self.pay_point_ids))
        if self.village_id is not None:
            found.append(beneficiaries.c.village_id == self.village_id)
        if self.cycle is not None:
            found.append(payments.c.cycle == self.cycle)
        return found


@dataclass(frozen=True)
class Becomes:
    """Another day, and another place unless each payment stays where it is (None)."""

    due_on: date
    pay_point_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be moved where, who hears of it, and why."""

    which: Which
    becomes: Becomes
    tell: Tell
    reason: str


@dataclass(frozen=True, kw_only=True)
class Affected:
    """Whom a change affects: `told` were sent the old day, `silent` get no SMS whatever is done."""

    planned: int
    women: int
    told: int
    told_silent: int
    silent: int

    @property
    def corrected(self) -> int:
        return self.told - self.told_silent


@dataclass(frozen=True)
class Moved:
    """Payments that were moved, the SMS that say so, and those left to the scheduler's next run."""

    payments: int
    queued: int
    left: int = 0


class TooManyError(Exception):
    """More payments than one transaction moves, or more SMS to those who were told nothing."""


def affected(connection: Connection, which: Which, desk: Desk) -> Affected:
    """Counted now; it may be others by the time the change is made."""
    told = exists().where(messages.c.payment_id == payments.c.id, HAS_TOLD)
    row = connection.execute(
        select(
            func.count().label("planned"),
            func.count(payments.c.beneficiary_id.distinct()).label("women"),
            func.count(case((told, 1))).label("told"),
            func.count(case((and_(told, SILENT), 1))).label("told_silent"),
            func.count(case((SILENT, 1))).label("silent"),
        )
        .select_from(payments)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(*which.conditions(desk))
    ).one()
    return Affected(**row._mapping)


def move(connection: Connection, order: Order, desk: Desk) -> Moved:
    """Moves them and queues the corrections, in the caller's transaction.

    Raises WrongDayError where `check_day` does, and TooManyError beyond MOST_MOVED payments, or
    MOST_CORRECTED SMS to those who were told nothing: they are nobody's debt, so no later run would
    find them. Both change nothing.
    """
    rows = _locked(connection, order.which, desk)
    cycles = {row.cycle for row in rows}
    check_day(order.becomes.due_on, today=desk.today, cycles=cycles)
    return _move(connection, rows, order, desk)


def move_part(connection: Connection, order: Order, desk: Desk) -> Moved:
    """As `move`, of an order whose day was checked when the whole was ordered."""
    return _move(connection, _locked(connection, order.which, desk), order, desk)


def cycles_of(connection: Connection, which: Which, desk: Desk) -> set[str]:
    """Those whose payments would be moved."""
    found = (
        select(payments.c.cycle)
        .distinct()
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(*which.conditions(desk))
    )
    return set(connection.execute(found).scalars())


def _locked(connection: Connection, which: Which, desk: Desk) -> list[Row[Any]]:
    """Locked until the transaction's end, in one order: two moves at once wait, and not for each
    other."""
    planned = (
        select(
            payments.c.id, payments.c.cycle, payments.c.pay_point_id, beneficiaries.c.district_id
        )
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(*which.conditions(desk))
        .order_by(payments.c.id)
        .limit(MOST_MOVED + 1)
        .with_for_update(of=payments)
    )
    rows: list[Row[Any]] = list(connection.execute(planned))
    if len(rows) > MOST_MOVED:
        raise TooManyError
    return rows


def _move(connection: Connection, rows: Sequence[Row[Any]], order: Order, desk: Desk) -> Moved:
    which = order.which
    if not rows:
        return Moved(0, 0)
    places = {row.id: row.pay_point_id for row in rows}
    told = _told(connection, list(places), desk)
    _write(connection, list(places), order, desk)
    _remember(connection, list(places), order, desk)
    owed = _untold(places, told, order) | told
    now = dict(islice(owed.items(), MOST_CORRECTED))
    moved = Moved(len(rows), _correct(connection, now, desk), len(owed) - len(now))
    in_districts = {row.district_id for row in rows}
    district_id = in_districts.pop() if len(in_districts) == 1 else None
    changes = _changes(connection, order, moved)
    desk.record(
        connection, "payment.change", which.due_on, district_id=district_id, changes=changes
    )
    return moved


def _told(connection: Connection, ids: Sequence[UUID], desk: Desk) -> dict[UUID, LastTold]:
    today_from = datetime.combine(desk.today, time.min, desk.hours.zone)
    found: dict[UUID, LastTold] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found |= last_told(connection, some, today_from=today_from)
    return found


def _untold(
    places: Mapping[UUID, int], told: Mapping[UUID, LastTold], order: Order
) -> dict[UUID, LastTold]:
    if order.tell == "told":
        return {}
    nothing = {
        one: LastTold(told=Told(order.which.due_on, place))
        for one, place in places.items()
        if one not in told
    }
    if len(nothing) > MOST_CORRECTED:
        raise TooManyError
    return nothing


def _write(connection: Connection, ids: Sequence[UUID], order: Order, desk: Desk) -> None:
    """Day and place; that of the two which is another one now, no import takes back."""
    becomes = order.becomes
    values: dict[str, Any] = {"due_on": becomes.due_on, "updated_at": desk.now}
    if becomes.due_on != order.which.due_on:
        values["due_on_set_here"] = True
    if becomes.pay_point_id is not None:
        elsewhere = payments.c.pay_point_id != becomes.pay_point_id
        values["pay_point_id"] = becomes.pay_point_id
        values["pay_point_set_here"] = or_(payments.c.pay_point_set_here, elsewhere)
    changed = update(payments).where(one_of(connection, payments.c.id, ids))
    connection.execute(changed.values(**values))


def _remember(connection: Connection, ids: Sequence[UUID], order: Order, desk: Desk) -> None:
    """Which payments it were: the log's line has their number."""
    move_id, becomes = uuid7(), order.becomes
    connection.execute(
        insert(payment_moves).values(
            id=move_id,
            due_on=order.which.due_on,
            becomes_on=becomes.due_on,
            pay_point_id=becomes.pay_point_id,
            reason=order.reason,
            who=desk.actor.name,
            at=desk.now,
        )
    )
    moved = select(literal(move_id, Uuid), payments.c.id)
    mine = moved.where(one_of(connection, payments.c.id, ids))
    names = ["move_id", "payment_id"]
    connection.execute(insert(moved_payments).from_select(names, mine))


def _correct(connection: Connection, old: dict[UUID, LastTold], desk: Desk) -> int:
    queued, ids = 0, list(old)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = connection.execute(select(payments).where(one_of(connection, payments.c.id, some)))
        drafts = corrections(
            connection,
            [(row, old[row.id]) for row in rows],
            hours=desk.hours,
            default_locale=desk.default_locale,
            now=desk.now,
        )
        queued += queue_messages(connection, drafts, now=desk.now)
    return queued


def _changes(connection: Connection, order: Order, moved: Moved) -> dict[str, tuple[Any, Any]]:
    """What was given, by the names of places, and how many it concerned."""
    which, becomes = order.which, order.becomes
    changes: dict[str, tuple[Any, Any]] = {"due_on": (which.due_on, becomes.due_on)}
    if which.district_ids:
        changes["districts"] = (None, _names(connection, districts, which.district_ids))
    if which.village_id is not None:
        village = _names(connection, villages, [which.village_id])
        changes["village"] = (village, village)
    if which.pay_point_ids:
        place = _names(connection, pay_points, which.pay_point_ids)
        after = [becomes.pay_point_id] if becomes.pay_point_id else which.pay_point_ids
        changes["pay_point"] = (place, _names(connection, pay_points, after))
    return changes | {
        "payments": (None, moved.payments),
        "sms": (None, moved.queued + moved.left),
        "reason": (None, order.reason),
    }


def _names(connection: Connection, table: Table, ids: Sequence[int]) -> str:
    found = select(table.c.name).where(table.c.id.in_(ids[:_MOST_NAMED])).order_by(table.c.id)
    names = list(connection.execute(found).scalars())
    return ", ".join([*names, *(["…"] if len(ids) > _MOST_NAMED else [])])
