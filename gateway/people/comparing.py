"""Two people side by side: where they differ, what each brings along, and what both were paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Connection, Row, Table, func, select

from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, cases, optouts, payments, visits

Side = Literal["one", "other"]
SIDES: tuple[Side, ...] = get_args(Side)
Field = Literal[
    "name", "msisdn", "phone_owner", "helper_msisdn", "locale", "status", "course", "places",
    "consent_payment", "consent_health", "pin",
]  # fmt: skip

# What is decided together, by the columns that go with it. Whose phone it is goes with the number,
# and is a choice of its own only where both have the same one.
COLUMNS: Mapping[Field, tuple[str, ...]] = {
    "name": ("name", "name_latin", "name_key"),
    "msisdn": ("msisdn", "msisdn_disowned_at", "phone_owner"),
    "phone_owner": ("phone_owner",),
    "helper_msisdn": ("helper_msisdn",),
    "locale": ("locale",),
    "status": ("status", "enrolled_on"),
    "course": (
        "category", "edd", "child_dob", "children", "course_ended_at", "course_ended_reason"
    ),
    "places": ("district_id", "village_id", "health_centre_id", "pay_point_id"),
    "consent_payment": ("consent_payment",),
    "consent_health": ("consent_health",),
    "pin": ("pin_salt", "pin_hash"),
}  # fmt: skip
_TOLD_BY: Mapping[Field, tuple[str, ...]] = {
    "name": ("name",),
    "msisdn": ("msisdn", "msisdn_disowned_at"),
    "status": ("status",),
    "pin": ("pin_hash",),
}
_BROUGHT: Mapping[str, Table] = {
    "payments": payments, "visits": visits, "messages": messages, "cases": cases,
}  # fmt: skip
_STRONGEST = ("paid", "missed", "scheduled", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`one` and `other` are rows of `beneficiaries`; `defaults` say whose value is better of the
    fields that differ. `conflicts`: by cycle the payments of which one must go, and `stays` which
    one stays unless somebody says otherwise; `brings`: how many rows each has."""

    one: Row[Any]
    other: Row[Any]
    defaults: Mapping[Field, Side]
    conflicts: Mapping[str, Mapping[Side, Row[Any]]]
    stays: Mapping[str, Side]
    brings: Mapping[Side, Mapping[str, int]]
    left: Mapping[Side, tuple[str, ...]]  # categories that the number of each wants no SMS of

    def row(self, side: Side) -> Row[Any]:
        return self.one if side == "one" else self.other

    def must_stay(self, cycle: str) -> Side | None:
        """The payment that was paid out, where the other one was not."""
        paid = self._paid(cycle)
        return paid[0] if len(paid) == 1 else None

    @property
    def paid_twice(self) -> tuple[str, ...]:
        """The cycles that were paid out under both numbers."""
        return tuple(one for one in self.conflicts if len(self._paid(one)) == len(SIDES))

    def _paid(self, cycle: str) -> list[Side]:
        return [side for side in SIDES if self.conflicts[cycle][side].status == "paid"]


def compare(connection: Connection, one: Row[Any], other: Row[Any]) -> Comparison:
    rows: Mapping[Side, Row[Any]] = {"one": one, "other": other}
    conflicts = _conflicts(connection, one.id, other.id)
    return Comparison(
        one=one,
        other=other,
        defaults={field: _better(field, one, other) for field in _differing(rows)},
        conflicts=conflicts,
        stays={cycle: _stronger(both) for cycle, both in conflicts.items()},
        brings={side: _brings(connection, row.id) for side, row in rows.items()},
        left={side: _left(connection, row.msisdn) for side, row in rows.items()},
    )


def other_side(side: Side) -> Side:
    return "other" if side == "one" else "one"


def _differing(rows: Mapping[Side, Row[Any]]) -> list[Field]:
    found = [field for field in COLUMNS if _differ(field, rows)]
    return [one for one in found if one != "phone_owner" or "msisdn" not in found]


def _differ(field: Field, rows: Mapping[Side, Row[Any]]) -> bool:
    names = _TOLD_BY.get(field, COLUMNS[field])
    return any(getattr(rows["one"], name) != getattr(rows["other"], name) for name in names)


def _better(field: Field, one: Row[Any], other: Row[Any]) -> Side:
    """What is known over what is not; a "no" of hers over a "yes"; else whoever changed last."""
    told = _TOLD_BY.get(field, COLUMNS[field])[0]
    mine, theirs = getattr(one, told), getattr(other, told)
    if field in {"consent_payment", "consent_health"}:
        return "other" if mine else "one"
    if (mine is None) != (theirs is None):
        return "other" if mine is None else "one"
    return "one" if one.updated_at >= other.updated_at else "other"


def _conflicts(
    connection: Connection, one_id: UUID, other_id: UUID
) -> dict[str, Mapping[Side, Row[Any]]]:
    rows: Mapping[Side, Mapping[str, Row[Any]]] = {
        "one": {row.cycle: row for row in _payments(connection, one_id)},
        "other": {row.cycle: row for row in _payments(connection, other_id)},
    }
    both = sorted(rows["one"].keys() & rows["other"].keys())
    return {cycle: {side: rows[side][cycle] for side in SIDES} for cycle in both}


def _payments(connection: Connection, whose: UUID) -> Sequence[Row[Any]]:
    hers = select(payments).where(payments.c.beneficiary_id == whose)
    return connection.execute(hers.order_by(payments.c.cycle)).all()


def _stronger(both: Mapping[Side, Row[Any]]) -> Side:
    return min(SIDES, key=lambda side: _STRONGEST.index(both[side].status))


def _left(connection: Connection, msisdn: str | None) -> tuple[str, ...]:
    """Whoever takes the other number has those messages again."""
    said = select(optouts.c.category).where(optouts.c.msisdn == msisdn)
    return tuple(connection.execute(said.order_by(optouts.c.category)).scalars())


def _brings(connection: Connection, whose: UUID) -> dict[str, int]:
    counts = {}
    for name, table in _BROUGHT.items():
        hers = select(func.count()).select_from(table).where(table.c.beneficiary_id == whose)
        counts[name] = connection.execute(hers).scalar_one()
    return counts


def locked_pair(
    connection: Connection, one_id: UUID, other_id: UUID
) -> tuple[Row[Any], Row[Any]] | None:
    """Both rows, nobody else's until the transaction's end; None where one is not there."""
    wanted = select(beneficiaries).where(beneficiaries.c.id.in_((one_id, other_id)))
    rows = connection.execute(wanted.order_by(beneficiaries.c.id).with_for_update()).all()
    found = {row.id: row for row in rows}
    if {one_id, other_id} - found.keys():
        return None
    return found[one_id], found[other_id]
