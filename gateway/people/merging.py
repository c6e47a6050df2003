"""Two rows of one woman become one: whatever hangs on either follows, in one transaction.

One registration number stays, the other goes on meaning her: dialled, in a file, at the console.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, update
from sqlalchemy.exc import IntegrityError

import gateway.paydays.tables  # noqa: F401 - marks hang on payments
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.people.comparing import (
    COLUMNS,
    SIDES,
    Comparison,
    Field,
    Side,
    compare,
    locked_pair,
    other_side,
)
from gateway.people.desk import Desk, beside_imports
from gateway.people.faults import Fault, PersonError
from gateway.people.merging_faults import GONE, OPEN_FOR_BOTH, PAID_ONCE, THE_SAME
from gateway.people.merging_rows import (
    follow_cases,
    follow_pairs,
    follow_payments,
    follow_visits,
    move_payments,
)
from gateway.places.pointing import referring
from gateway.registry.tables import (
    beneficiaries,
    cases,
    payments,
    people_pairs,
    pin_attempts,
    registration_aliases,
    visits,
)

# The marks of what staff have decided: a file does not undo it.
_MARKS: Mapping[Field, tuple[str, ...]] = {
    "name": ("name",),
    "msisdn": ("msisdn", "phone_owner"),
    "phone_owner": ("phone_owner",),
    "locale": ("locale",),
    "course": ("category", "edd", "child_dob", "course"),
    "places": ("village",),
    "consent_payment": ("consent_payment",),
    "consent_health": ("consent_health",),
    "pin": ("pin",),
}
_BY_THEMSELVES = (payments, visits, cases, people_pairs)


def merge(
    connection: Connection,
    one_id: UUID,
    other_id: UUID,
    *,
    keeps: Side,
    take: Mapping[Field, Side],
    cycles: Mapping[str, Side],
    desk: Desk,
) -> UUID:
    """Whose row stays: the one whose registration number `keeps` names.

    `take` says whose value stays of each field, `cycles` whose payment of each cycle that both
    have; what is not said is as `compare` proposes. A payment that was paid out stays. Raises
    PersonError and changes nothing where it cannot be done.
    """
    if one_id == other_id:
        raise PersonError(Fault(THE_SAME))
    beside_imports(connection)
    rows = locked_pair(connection, one_id, other_id)
    if rows is None or any(row.erased_at is not None for row in rows):
        raise PersonError(Fault(GONE))
    found = compare(connection, *rows)
    sides = {cycle: cycles.get(cycle, side) for cycle, side in found.stays.items()}
    _check(found, sides)
    kept, away = found.row(keeps), found.row(other_side(keeps))
    taken = {field: take.get(field, side) for field, side in found.defaults.items()}
    values = _values(found, keeps, taken)
    follow_payments(connection, found, keeps, sides, desk.now)
    try:
        _follow(connection, kept, away, desk)
    except IntegrityError:  # a table allows one of a kind for each
        raise PersonError(Fault(OPEN_FOR_BOTH)) from None
    connection.execute(delete(beneficiaries).where(beneficiaries.c.id == away.id))
    hers = update(beneficiaries).where(beneficiaries.c.id == kept.id)
    connection.execute(hers.values(**values, updated_at=desk.now))
    moved = move_payments(connection, kept, values, desk)
    changes = {
        "merged": (_masked(away.registration_no), _masked(kept.registration_no)),
        "taken": (None, ", ".join(field for field, side in taken.items() if side != keeps) or None),
        "payments": (None, found.brings[other_side(keeps)]["payments"]),
        "dropped_cycles": (None, ", ".join(found.conflicts) or None),
    }
    if moved:
        changes["moved_payments"] = (None, moved)
    if found.paid_twice:
        changes["paid_twice"] = (None, ", ".join(_sums(found, one) for one in found.paid_twice))
    desk.record(connection, "beneficiary.merge", kept.id, values["district_id"], changes)
    return UUID(str(kept.id))


def _masked(registration_no: str) -> str:
    """As the log may have it: by the digits that two women of one phone are told apart by."""
    return f"•••••{registration_no[-3:]}"


def _sums(found: Comparison, cycle: str) -> str:
    amounts = [str(found.conflicts[cycle][side].amount) for side in SIDES]
    return f"{cycle}: {' + '.join(amounts)}"


def _check(found: Comparison, sides: Mapping[str, Side]) -> None:
    faults = [
        Fault(PAID_ONCE, f"cycle_{cycle}")
        for cycle, side in sides.items()
        if found.must_stay(cycle) not in {None, side} or side not in SIDES
    ]
    if faults:
        raise PersonError(*faults)


def _values(found: Comparison, keeps: Side, taken: Mapping[Field, Side]) -> dict[str, Any]:
    """The row as it becomes; what comes from the other one is marked as set here."""
    kept, away = found.row(keeps), found.row(other_side(keeps))
    from_away = [field for field, side in taken.items() if side != keeps]
    marks = {*kept.set_here}
    values: dict[str, Any] = {"district_id": kept.district_id}
    for field in from_away:
        values |= {name: getattr(away, name) for name in COLUMNS[field]}
        marks |= {*_MARKS.get(field, ())}
    if "status" in from_away:
        values["status_before"] = kept.status_before or kept.status
    values["set_here"] = sorted(marks)
    values["created_at"] = min(kept.created_at, away.created_at)
    return values


def _follow(connection: Connection, kept: Row[Any], away: Row[Any], desk: Desk) -> None:
    """Everything that names the one that goes names the one that stays."""
    _hold_back_health(connection, away, desk)
    follow_visits(connection, kept.id, away.id)
    follow_cases(connection, kept.id, away.id, desk.now)
    follow_pairs(connection, kept.id, away.id)
    for column in referring(beneficiaries):
        if column.table not in _BY_THEMSELVES:
            named = update(column.table).where(column == away.id)
            connection.execute(named.values({column.name: kept.id}))
    number = registration_aliases.c.registration_no
    connection.execute(
        insert(registration_aliases).values(
            registration_no=away.registration_no, beneficiary_id=kept.id, was_id=away.id,
            at=desk.now,
        )
    )  # fmt: skip
    connection.execute(delete(registration_aliases).where(number == kept.registration_no))
    connection.execute(
        update(pin_attempts)
        .where(pin_attempts.c.registration_no == away.registration_no)
        .values(registration_no=kept.registration_no)
    )


def _hold_back_health(connection: Connection, away: Row[Any], desk: Desk) -> None:
    """A week is one SMS: what is still due is planned for the row that stays."""
    waiting = (
        (messages.c.beneficiary_id == away.id)
        & (messages.c.category == "health")
        & state_is("queued")
    )
    values = {"state": "suppressed", "reason": "duplicate", "updated_at": desk.now}
    connection.execute(update(messages).where(waiting).values(values))
