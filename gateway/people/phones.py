"""A woman's number, whose phone it is, and what she wants to be told: corrected by hand.

Each stays, marked as set here, whatever a file says; and has its line in the audit log.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.people.desk import Desk
from gateway.people.faults import Fault, PersonError
from gateway.registry.choices import correct_number, set_consent
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import CellError

Category = Literal["payment", "health"]

_HIDDEN = "•••"  # numbers are not written into the log
_READ = {
    "msisdn": Column(cells.msisdn, needed=False),
    "phone_owner": Column(cells.one_of(vocabulary.PHONE_OWNERS), needed=False),
}


def correct_phone(
    connection: Connection, person: Any, texts: Mapping[str, str], *, reason: str, desk: Desk
) -> bool:
    """Her number, or that she has none, and whose phone it is; False where both are so already.

    `texts` has `msisdn` and `phone_owner` as a file writes them; `person` is her row, locked.
    Raises PersonError and changes nothing.
    """
    msisdn, owner = _read(texts)
    numbered = msisdn != person.msisdn or person.msisdn_disowned_at is not None
    if not numbered and owner == person.phone_owner:
        return False
    correct_number(connection, person.id, msisdn, owner, desk.now)
    changes: dict[str, tuple[Any, Any]] = {"reason": (None, reason)}
    if numbered:
        changes["msisdn"] = (person.msisdn and _HIDDEN, msisdn and _HIDDEN)
    if owner != person.phone_owner:
        changes["phone_owner"] = (person.phone_owner, owner)
    desk.record(connection, "beneficiary.edit", person.id, person.district_id, changes)
    return True


def _read(texts: Mapping[str, str]) -> tuple[Any, Any]:
    read: dict[str, Any] = {}
    faults = []
    for name, column in _READ.items():
        try:
            read[name] = column.value(texts[name].strip())
        except CellError as fault:
            faults.append(Fault(fault.reason, name, fault.params))
    if faults:
        raise PersonError(*faults)
    return read["msisdn"], read["phone_owner"]


def correct_consents(
    connection: Connection,
    person: Any,
    wanted: Mapping[Category, bool],
    *,
    reason: str,
    desk: Desk,
) -> bool:
    """Whether she wants messages of each category; False where all is so already."""
    changes: dict[str, tuple[Any, Any]] = {}
    for category, value in wanted.items():
        column = f"consent_{category}"
        before = getattr(person, column)
        if before != value:
            set_consent(connection, [person.id], category, value, desk.now)
            changes[column] = (before, value)
    if changes:
        changes["reason"] = (None, reason)
        desk.record(connection, "beneficiary.edit", person.id, person.district_id, changes)
    return bool(changes)
