"""A PIN set anew or taken away at the office, and its lock lifted; she is told by SMS.

The SMS names no PIN and no person: her number's last three digits, as the screens that tell people
of one phone apart. It goes to her own number, whatever she has agreed to: it is no reminder.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, update

from gateway.core.texts import _
from gateway.messaging.ledger import Draft, queue_messages
from gateway.people.desk import Desk
from gateway.people.faults import Fault, PersonError
from gateway.people.registering import AT_A_FORM
from gateway.registry.imports.cells import pin as read_pin
from gateway.registry.imports.report import CellError
from gateway.registry.pins import PinLock, lift_lock, locks_of, set_pin
from gateway.registry.queries import locale_of
from gateway.registry.tables import beneficiaries

PinChange = Literal["set", "removed", "unlocked"]
# What each tells her: a template of `gateway.messaging.wordings`.
TELLS: Mapping[PinChange, str] = {
    "set": "pin_set",
    "removed": "pin_removed",
    "unlocked": "pin_unlocked",
}
_VALID_FOR = timedelta(hours=12)
_DIGITS_TOLD = 3

NO_PIN = _("She has no PIN.")
NOT_LOCKED = _("No phone is locked out of it.")
CHOOSE = _("Choose what is to be done.")


def possible_changes(person: Any, locks: PinLock) -> tuple[PinChange, ...]:
    """What can be done about her PIN now."""
    findings: tuple[tuple[bool, PinChange], ...] = (
        (locks.any, "unlocked"),
        (True, "set"),
        (person.pin_hash is not None, "removed"),
    )
    return tuple(change for found, change in findings if found)


def change_pin(
    connection: Connection,
    person: Any,
    what: PinChange | None,
    *,
    pin: str = "",
    reason: str,
    desk: Desk,
) -> bool:
    """Does it; whether an SMS tells her: none where she has no phone, or it is not hers.

    `person` is her row, locked; `pin` is needed for "set". Every change lifts the lock as well, and
    a file's PIN does not undo it. Raises PersonError and changes nothing where it cannot be.
    """
    locks = locks_of(connection, person.registration_no, now=desk.now)
    if what not in possible_changes(person, locks):
        reasons = {"removed": NO_PIN, "unlocked": NOT_LOCKED}
        raise PersonError(Fault(reasons.get(str(what), CHOOSE), "what"))
    if what != "unlocked":
        new = _read(pin) if what == "set" else None
        set_pin(connection, person.id, new, peppers=desk.peppers, now=desk.now)
        _mark(connection, person)
    lift_lock(connection, person.registration_no, now=desk.now)
    told = _tell(connection, person, what, desk)
    changes = {"pin": (None, what), "reason": (None, reason), "told": (None, told)}
    desk.record(connection, "beneficiary.pin", person.id, person.district_id, changes)
    return told


def _read(pin: str) -> str:
    try:
        return read_pin(pin)
    except CellError as error:
        reason = AT_A_FORM.get(error.reason, error.reason)
        raise PersonError(Fault(reason, "pin", error.params)) from None


def _mark(connection: Connection, person: Any) -> None:
    marks = sorted({*person.set_here, "pin"})
    hers = beneficiaries.c.id == person.id
    connection.execute(update(beneficiaries).where(hers).values(set_here=marks))


def _tell(connection: Connection, person: Any, what: PinChange, desk: Desk) -> bool:
    died = person.course_ended_reason == "mother_died"
    if person.msisdn is None or person.msisdn_disowned_at is not None or died:
        return False
    draft = Draft(
        dedupe_key=f"reply:pin:{uuid4().hex}",
        category="reply",
        template=TELLS[what],
        msisdn=person.msisdn,
        locale=locale_of(connection, person.msisdn, default_locale=desk.default_locale),
        params={"digits": person.registration_no[-_DIGITS_TOLD:]},
        beneficiary_id=person.id,
        not_before_at=desk.now,
        expires_at=desk.now + _VALID_FOR,
    )
    return queue_messages(connection, [draft], now=desk.now) > 0
