"""Which row of a file speaks for the payment of a woman who had two numbers.

The payer's file may go on naming both. Of a cycle the row under the number that her payment came
under speaks; without one, the row of the number that stayed. Whatever the other says changes
nothing, but for one thing: of two, one that was paid counts, so that nobody is paid twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, insert, select, update
from uuid_utils.compat import uuid7

from gateway.registry.bulk import one_of
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.tables import pay_points, payments

# What a report says of such a row.
MERGED = "merged"
MERGED_PAID = "merged_paid"
PAID_TWICE = "paid_twice"
LATER_VISIT = "later_visit"

_OF_PAYMENT = ("due_on", "amount", "pay_point")
_PAID = "paid"


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rows of one woman and one cycle, or visit; `now` is the number that stayed."""

    key: str
    whose: UUID
    now: str
    rows: tuple[Row[Any], ...]

    def under(self, number: str) -> tuple[Row[Any], ...]:
        return tuple(row for row in self.rows if row.registration_no == number)

    def renumbered(self, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
        return {row.line: {"registration_no": self.now} for row in rows}


@dataclass(frozen=True)
class PaidTwice:
    """A file says of both numbers that the cycle was paid."""

    whose: UUID
    cycle: str
    registration_no: str
    due_on: Any = None
    amount: int | None = None


@dataclass(frozen=True)
class Verdict:
    """By line: what a row becomes, why one is taken out, and what is said of one that stays."""

    change: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    out: Mapping[int, str] = field(default_factory=dict)
    said: Mapping[int, str] = field(default_factory=dict)
    paid_twice: tuple[PaidTwice, ...] = ()


def of_payments(connection: Connection, groups: Sequence[Group]) -> Iterator[Verdict]:
    """What becomes of each group, of a file of payments or of payments made."""
    ids = {group.whose for group in groups}
    known = {(row.beneficiary_id, row.cycle): row for row in _known(connection, ids)}
    dropped = {
        (row.beneficiary_id, row.cycle, row.registration_no): row.status
        for row in _dropped(connection, ids)
    }
    for group in groups:
        if not group.key:
            yield Verdict(change=group.renumbered(group.rows))
            continue
        here = known.get((group.whose, group.key))
        at_merge = dropped.get((group.whose, group.key, group.now))
        yield _verdict(group, here, at_merge)


def _known(connection: Connection, ids: set[UUID]) -> Sequence[Row[Any]]:
    wanted = select(payments, pay_points.c.name.label("pay_point")).join(pay_points)
    hers = one_of(connection, payments.c.beneficiary_id, ids)
    return connection.execute(wanted.where(hers)).all()


def _dropped(connection: Connection, ids: set[UUID]) -> Sequence[Row[Any]]:
    wanted: Select[Any] = select(
        payments.c.beneficiary_id,
        payments.c.cycle,
        dropped_payments.c.registration_no,
        dropped_payments.c.status,
    ).join(payments, payments.c.id == dropped_payments.c.payment_id)
    hers = one_of(connection, payments.c.beneficiary_id, ids)
    return connection.execute(wanted.where(hers)).all()


def _verdict(group: Group, here: Row[Any] | None, at_merge: str | None) -> Verdict:
    lead, values = _lead(group, here, at_merge)
    others = [row for row in group.rows if row not in lead]
    paid = [row for row in others if row.status == _PAID]
    out = {row.line: MERGED for row in others}
    if not paid:
        return Verdict({row.line: values for row in lead}, out)
    if not lead and here is not None and here.status != _PAID:
        return _paid_by_the_other(group, here, paid[0], out)
    if lead and lead[0].status != _PAID and values.get("status") != _PAID:
        out |= dict.fromkeys((row.line for row in paid), MERGED_PAID)
        said = _paid(lead[0], values.get("status") or lead[0].status)
        return Verdict({row.line: values | said for row in lead}, out)
    change = {row.line: values for row in lead}
    if not lead and (here is None or here.status_before is not None):
        return Verdict(change, out)  # what made hers paid was the other one, said once more
    out |= dict.fromkeys((row.line for row in paid), PAID_TWICE)
    return Verdict(change, out, paid_twice=tuple(_beside_hers(group, row) for row in paid))


def _lead(
    group: Group, here: Row[Any] | None, at_merge: str | None
) -> tuple[tuple[Row[Any], ...], dict[str, Any]]:
    """The row that speaks (more than one where the file repeats it), and what it becomes."""
    values: dict[str, Any] = {"registration_no": group.now}
    own = group.now if here is None else here.came_as or group.now
    lead = group.under(own)
    if lead or here is None:
        lead = lead or group.under(group.rows[0].registration_no)
        new_under = lead[0].registration_no
        if here is None and new_under != group.now and "came_as" in lead[0]._mapping:
            values["came_as"] = new_under
        return lead, values
    lead = group.under(group.now)
    if not lead or _PAID in {here.status, lead[0].status}:
        return (), values
    if lead[0].status == at_merge:  # so it said when staff decided
        values["status"] = here.status_before or here.status
    return lead, values


def _paid(row: Row[Any], says_itself: str) -> dict[str, Any]:
    """It is paid; that its own row says something else does not undo that later."""
    kept = {"file_status": says_itself} if "file_status" in row._mapping else {}
    return {"status": _PAID, **kept}


def _paid_by_the_other(group: Group, here: Row[Any], row: Row[Any], out: dict[int, str]) -> Verdict:
    """Her payment was made under the other number: its day, amount and place stay."""
    stays = {name: getattr(here, name) for name in _OF_PAYMENT if name in row._mapping}
    said = _paid(row, here.status_before or here.status)
    rest = {line: why for line, why in out.items() if line != row.line}
    change = {row.line: {"registration_no": group.now, **stays, **said}}
    return Verdict(change, rest, {row.line: MERGED_PAID})


def _beside_hers(group: Group, row: Row[Any]) -> PaidTwice:
    day, amount = row._mapping.get("due_on"), row._mapping.get("amount")
    return PaidTwice(group.whose, group.key, row.registration_no, day, amount)


def keep_paid_twice(connection: Connection, found: Sequence[PaidTwice], now: Any) -> None:
    """After the merge of a file: what it paid under the other number stands beside hers."""
    for one in found:
        hers = (payments.c.beneficiary_id == one.whose) & (payments.c.cycle == one.cycle)
        row = connection.execute(select(payments).where(hers)).one_or_none()
        if row is None:
            continue
        same = (dropped_payments.c.payment_id == row.id) & (
            dropped_payments.c.registration_no == one.registration_no
        )
        known = connection.execute(update(dropped_payments).where(same).values(status=_PAID))
        if not known.rowcount:
            connection.execute(
                insert(dropped_payments).values(
                    id=uuid7(), payment_id=row.id, registration_no=one.registration_no,
                    due_on=one.due_on or row.due_on, amount=one.amount or row.amount,
                    status=_PAID, at=now,
                )
            )  # fmt: skip
