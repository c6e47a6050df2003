"""Erasing a person: one of the staff asks, another decides; then it is done, and cannot be undone.

All of it is one transaction. Her row stays for what was paid, with nothing of her in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from gateway.core.errors import GatewayError
from gateway.core.texts import _
from gateway.messaging.tables import messages
from gateway.own_data.holding import Holding
from gateway.own_data.holdings import HOLDINGS
from gateway.own_data.tables import erasures
from gateway.own_data.whose import Whose, whose
from gateway.registry.tables import beneficiaries, cases
from gateway.staff.audit import Actor, record
from gateway.staff.provenance import makers_of
from gateway.uploads.tables import import_pieces

Fault = Literal[
    "gone", "asked", "not_asked", "same_person", "no_right", "number", "file", "sending"
]
SENTENCES: Mapping[Fault, str] = {
    "gone": _("Nobody is there any more: she has been erased."),
    "asked": _("Her erasure has been asked for already."),
    "not_asked": _("Her erasure was taken back or done meanwhile."),
    "same_person": _("Somebody else has to decide: it takes two people."),
    "no_right": _("Only an approver or an administrator may erase."),
    "number": _("That is not her registration number."),
    "file": _("A file waits to be imported, and she may be in it: import or drop it first."),
    "sending": _("An SMS to her is being sent at this moment: try again in a minute."),
}


# An account that whoever asked has made, or given back, in so long is no second person.
_MADE_UP = timedelta(hours=24)


class ErasureError(GatewayError):
    """`fault` says why nothing was done: see SENTENCES."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """How many rows a holding has of her."""

    holding: Holding
    count: int


def survey(connection: Connection, person: Whose) -> list[Surveyed]:
    """Of each holding, before anything is done."""
    return [Surveyed(holding=one, count=_count(connection, one, person)) for one in HOLDINGS]


def ask(
    connection: Connection, beneficiary_id: UUID, reason: str, *, actor: Actor, now: datetime
) -> UUID:
    """The erasure, which waits for somebody else. Raises ErasureError."""
    person = _found(connection, beneficiary_id)
    erasure_id = uuid7()
    row = {
        "id": erasure_id,
        "beneficiary_id": person.id,
        "state": "asked",
        "reason": reason,
        "asked_by": _who(actor),
        "asked_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(erasures).values(row))
    except IntegrityError:
        raise ErasureError("asked") from None
    _record(connection, "erasure.ask", person.id, actor, now)
    return erasure_id


def withdraw(connection: Connection, beneficiary_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Anybody who may ask or decide takes it back. Raises ErasureError."""
    asked = _asked(connection, beneficiary_id)
    values = {"state": "withdrawn", "decided_by": _who(actor), "decided_at": now, "reason": None}
    connection.execute(update(erasures).where(erasures.c.id == asked.id).values(values))
    _record(connection, "erasure.withdraw", beneficiary_id, actor, now)


def erase(
    connection: Connection,
    beneficiary_id: UUID,
    registration_no: str,
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, int]:
    """{holding: rows}. Typing her registration number again is the confirmation.

    Raises ErasureError, and changes nothing.
    """
    person = _found(connection, beneficiary_id, locked=True)
    asked = _asked(connection, beneficiary_id)
    if actor.staff is None or not actor.staff.may("beneficiary.erase"):
        raise ErasureError("no_right")
    makers = makers_of(connection, actor.staff.id, now - _MADE_UP)
    if asked.asked_by in {actor.staff.id, *makers}:
        raise ErasureError("same_person")
    if registration_no != person.registration_no:
        raise ErasureError("number")
    _nothing_under_way(connection, person)
    counts = {one.name: _apply(connection, one, person) for one in HOLDINGS}
    _finish(connection, person, now)
    done = {"state": "done", "decided_by": actor.staff.id, "decided_at": now, "reason": None}
    done_too = erasures.c.id == asked.id
    connection.execute(update(erasures).where(done_too).values(**done, counts=counts))
    _record(connection, "erasure.done", person.id, actor, now)
    return counts


def _nothing_under_way(connection: Connection, person: Whose) -> None:
    if connection.execute(select(import_pieces.c.number).limit(1)).first():
        raise ErasureError("file")
    going = messages.c.state.in_(("claimed", "sending"))
    hers = messages.c.beneficiary_id == person.id
    if person.msisdn is not None:
        hers |= messages.c.msisdn == person.msisdn
    if connection.execute(select(messages.c.id).where(hers, going).limit(1)).first():
        raise ErasureError("sending")


def _count(connection: Connection, holding: Holding, person: Whose) -> int:
    hers = holding.hers(person)
    if hers is None:
        return 0
    counted = select(func.count()).select_from(holding.table).where(hers)
    return connection.execute(counted).scalar_one()


def _apply(connection: Connection, holding: Holding, person: Whose) -> int:
    """How many rows it had of her."""
    hers, count = holding.hers(person), _count(connection, holding, person)
    if hers is not None and holding.fate == "delete":
        connection.execute(delete(holding.table).where(hers))
    elif hers is not None and holding.fate == "strip":
        connection.execute(update(holding.table).where(hers).values(**holding.stripped))
    return count


def _finish(connection: Connection, person: Whose, now: datetime) -> None:
    """What a moment or a new number is needed for."""
    hers = (cases.c.beneficiary_id == person.id) | (cases.c.msisdn == "")
    ended = hers & cases.c.closed_at.is_(None) & (cases.c.state == "closed")
    connection.execute(update(cases).where(ended).values(closed_at=now))
    emptied = {"registration_no": _no_number(connection), "erased_at": now, "updated_at": now}
    connection.execute(update(beneficiaries).where(beneficiaries.c.id == person.id).values(emptied))


def _no_number(connection: Connection) -> str:
    """Nobody's registration number: those have digits alone."""
    while True:
        number = f"X{uuid4().hex[:7]}"
        taken = select(beneficiaries.c.id).where(beneficiaries.c.registration_no == number)
        if connection.execute(taken).first() is None:
            return number


def _found(connection: Connection, beneficiary_id: UUID, *, locked: bool = False) -> Whose:
    person = whose(connection, beneficiary_id, locked=locked)
    if person is None:
        raise ErasureError("gone")
    return person


def _asked(connection: Connection, beneficiary_id: UUID) -> Row[Any]:
    mine = (erasures.c.beneficiary_id == beneficiary_id) & (erasures.c.state == "asked")
    found = connection.execute(select(erasures).where(mine).with_for_update()).one_or_none()
    if found is None:
        raise ErasureError("not_asked")
    return found


def _who(actor: Actor) -> UUID:
    if actor.staff is None:
        raise ErasureError("no_right")
    return actor.staff.id


def _record(
    connection: Connection, action: str, beneficiary_id: UUID, actor: Actor, now: datetime
) -> None:
    there = select(beneficiaries.c.district_id).where(beneficiaries.c.id == beneficiary_id)
    district_id = connection.execute(there).scalar_one()
    record(
        connection, actor, action, now=now, kind="beneficiary", object_id=beneficiary_id,
        district_id=district_id,
    )  # fmt: skip
