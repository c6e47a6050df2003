"""Payments marked as paid or missed by hand, and such a marking taken back.

A later file keeps to it until it says something new: see `gateway.registry.payment_status`. Who is
marked as missed gets an SMS by the planning of reminders, as after a file that says so.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Connection, and_, func, insert, literal, select, update
from uuid_utils.compat import uuid7

from gateway.core.learnt import Learnt
from gateway.paydays.desk import Desk
from gateway.paydays.sheets import Sheet
from gateway.paydays.tables import payment_lists, payment_marks
from gateway.registry.bulk import insert_new, one_of
from gateway.registry.database import UtcDateTime
from gateway.registry.learning import change, learn_rows
from gateway.registry.payment_status import file_said
from gateway.registry.tables import beneficiaries, payments

Became = Literal["paid", "missed"]
BECAME: tuple[Became, ...] = get_args(Became)
_AT_ONCE = 1000  # payments
_MARKABLE = ("scheduled", "paid", "missed")
_marks = payment_marks.c


@dataclass(frozen=True)
class Marked:
    """`list_id` names what was marked; None where nothing had to be. `paid` and `missed` count
    payments."""

    list_id: UUID | None
    paid: int = 0
    missed: int = 0


@dataclass(frozen=True)
class TakenBack:
    """Payments that are again as they were, and those that something has changed since."""

    count: int
    left: int


def markable(desk: Desk) -> list[Any]:
    """Conditions on payments, joined with their `beneficiaries`: its day has come, it is not
    cancelled, the actor may see her."""
    return [
        payments.c.due_on <= desk.today,
        payments.c.status.in_(_MARKABLE),
        *desk.hers(),
    ]


def mark(
    connection: Connection,
    wanted: Mapping[UUID, Became],
    desk: Desk,
    *,
    sheet: Sheet | None = None,
) -> Marked:
    """Marks the payments, in the caller's transaction, less those that are so already or that
    nobody may mark: see `markable`."""
    rows = _to_change(connection, wanted, desk)
    if not rows:
        return Marked(None)
    list_id = _begin_list(connection, desk, sheet)
    insert_new(connection, payment_marks, [row | {"list_id": list_id} for row in rows])
    mine = and_(_marks.list_id == list_id, _marks.payment_id == payments.c.id)
    connection.execute(
        update(payments)
        .where(mine)
        .values(
            status=_marks.became,
            status_before=file_said(_marks.became),
            updated_at=literal(desk.now, UtcDateTime),
        )
    )
    _learn_marks(connection, list_id, desk)
    _record(connection, desk, f"list {list_id}" if sheet or len(rows) > 1 else None, rows)
    counts = {name: sum(row["became"] == name for row in rows) for name in BECAME}
    return Marked(list_id, **counts)


def _learn_marks(connection: Connection, list_id: UUID, desk: Desk) -> None:
    mine = _of_marks().where(_marks.list_id == list_id)
    rows = connection.execute(mine).partitions(_AT_ONCE)
    for some in rows:
        learn_rows(connection, [_change(Learnt.PAYMENT_MARKED, row, desk, was=row.was,
                                        status=row.became) for row in some])  # fmt: skip


def _of_marks() -> Any:
    return select(payments.c.beneficiary_id, payments.c.cycle, _marks.was, _marks.became).join(
        payments, payments.c.id == _marks.payment_id
    )


def _change(kind: Learnt, row: Any, desk: Desk, **data: str) -> dict[str, Any]:
    said = {"cycle": row.cycle, **data}
    return change(kind, at=desk.now, beneficiary_id=row.beneficiary_id, data=said)


def lock_status(connection: Connection, payment_id: UUID) -> str:
    """How the payment stands; so it stays until the transaction's end, whoever else marks."""
    held = select(payments.c.status).where(payments.c.id == payment_id).with_for_update()
    status: str = connection.execute(held).scalar_one()
    return status


def _to_change(
    connection: Connection, wanted: Mapping[UUID, Became], desk: Desk
) -> list[dict[str, Any]]:
    """Rows of payment_marks; the payments are locked until the transaction's end, in one order."""
    found = (
        select(payments.c.id, payments.c.status, payments.c.status_before)
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .where(one_of(connection, payments.c.id, list(wanted)), *markable(desk))
        .order_by(payments.c.id)
        .with_for_update(of=payments)
    )
    return [
        {
            "payment_id": row.id,
            "was": row.status,
            "was_before": row.status_before,
            "became": wanted[row.id],
        }
        for row in connection.execute(found)
        if row.status != wanted[row.id]
    ]


def _begin_list(connection: Connection, desk: Desk, sheet: Sheet | None) -> UUID:
    list_id = uuid7()
    staff = desk.actor.staff
    connection.execute(
        insert(payment_lists).values(
            id=list_id,
            due_on=sheet.due_on if sheet else None,
            pay_point_id=sheet.pay_point_id if sheet else None,
            staff_id=staff.id if staff else None,
            who=desk.actor.name,
            at=desk.now,
        )
    )
    return list_id


def _record(
    connection: Connection, desk: Desk, of_list: str | None, rows: list[dict[str, Any]]
) -> None:
    """A line for a list with its counts; for one payment what it was and is."""
    first = rows[0]
    counts = Counter(row["became"] for row in rows)
    changes: dict[str, Any] = {name: (None, count) for name, count in counts.items()}
    desk.record(
        connection,
        "payment.mark",
        of_list or first["payment_id"],
        district_id=_district_of(connection, first["payment_id"]),
        changes=changes if of_list else {"status": (first["was"], first["became"])},
    )


def _district_of(connection: Connection, payment_id: UUID) -> int | None:
    found = (
        select(beneficiaries.c.district_id)
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .where(payments.c.id == payment_id)
    )
    district_id: int | None = connection.execute(found).scalar_one_or_none()
    return district_id


def still_holds(desk: Desk) -> Any:
    """Whether a mark can be taken back: the payment still is what it became by it, no later mark
    has said anything, and the actor may see her. Joined with payments and beneficiaries."""
    later = payment_marks.alias("later")
    since = (
        select(later.c.list_id)
        .where(
            later.c.payment_id == _marks.payment_id,
            later.c.list_id > _marks.list_id,
            later.c.taken_back_at.is_(None),
        )
        .exists()
    )
    return and_(
        _marks.taken_back_at.is_(None), payments.c.status == _marks.became, ~since, *desk.hers()
    )


def take_back(
    connection: Connection, list_id: UUID, desk: Desk, *, payment_id: UUID | None = None
) -> TakenBack:
    """Gives each payment of a list, or the one, the status that it had before; in the caller's
    transaction. What was changed again since stays."""
    mine = [_marks.list_id == list_id, _marks.taken_back_at.is_(None)]
    if payment_id is not None:
        mine.append(_marks.payment_id == payment_id)
    asked = connection.execute(select(func.count()).select_from(payment_marks).where(*mine))
    count: int = asked.scalar_one()
    ids = (
        connection.execute(
            select(payments.c.id)
            .select_from(_joined())
            .where(*mine, still_holds(desk))
            .order_by(payments.c.id)
            .with_for_update(of=payments)
        )
        .scalars()
        .all()
    )
    for start in range(0, len(ids), _AT_ONCE):
        some = one_of(connection, _marks.payment_id, ids[start : start + _AT_ONCE])
        _put_back(connection, [*mine, some], desk)
    if ids:
        changes = {"taken_back": (None, len(ids))}
        what = f"list {list_id}" if payment_id is None else payment_id
        district = _district_of(connection, ids[0])
        desk.record(connection, "payment.unmark", what, district_id=district, changes=changes)
    return TakenBack(len(ids), count - len(ids))


def _joined() -> Any:
    return payment_marks.join(payments, payments.c.id == _marks.payment_id).join(
        beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
    )


def _put_back(connection: Connection, which: list[Any], desk: Desk) -> None:
    rows = connection.execute(_of_marks().where(*which)).all()
    kind = Learnt.PAYMENT_MARK_TAKEN_BACK
    learn_rows(connection, [_change(kind, row, desk, status=row.was) for row in rows])
    connection.execute(
        update(payments)
        .where(payments.c.id == _marks.payment_id, *which)
        .values(
            status=_marks.was,
            status_before=_marks.was_before,
            updated_at=literal(desk.now, UtcDateTime),
        )
    )
    connection.execute(
        update(payment_marks)
        .where(*which)
        .values(taken_back_at=desk.now, taken_back_by=desk.actor.name)
    )
