"""What one dial knows of the caller: read from the registry once, kept in the session.

Plain typed records, so that a session is plain JSON and a menu needs no database; as arrays,
which are half as long.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from gateway.core.villages import spelt_together

Status = Literal["applied", "verified", "enrolled", "suspended", "rejected", "exited"]
Category = Literal["pregnant", "child"]
PaymentStatus = Literal["scheduled", "paid", "missed", "cancelled"]


MOST_ON_ONE_PHONE = 60  # more is no phone of neighbours; what is left out is said


SHORTEST_ENDING, LONGEST_ENDING = 3, 8  # digits of a registration number


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A name of the registry in Lao and in Latin letters (`latin` for lo_Latn and en)."""

    name: str
    latin: str

    def in_locale(self, locale: str) -> str:
        return spelt_together(self.name) if locale == "lo" else self.latin


class Payment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One payment; `amount` in whole LAK, `cycle` the first month of the two ("2026-11")."""

    id: str
    cycle: str
    due_on: date
    amount: int
    status: PaymentStatus
    pay_point: Place


class Visit(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One health visit that is due: `visit` is a key of the schedule file."""

    visit: str
    due_on: date
    closes_on: date
    place: Place


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One enrolled person, as far as a menu may know her: no name, no PIN."""

    id: str
    registration_no: str
    status: Status
    category: Category
    since_on: date | None
    village: Place
    health_centre: Place
    has_pin: bool
    next_payment: Payment | None = None
    last_payment: Payment | None = None
    visits: tuple[Visit, ...] = ()
    course_ended: bool = False
    stopped_by_key: bool = False  # the course: she ended it herself, and may take that back
    health_sms: bool = True  # agreed to, and her number has not left them
    disowned: bool = False  # somebody said on this phone that its SMS go to the wrong person
    cancelled_payment: Payment | None = None  # later than the last one, and still news
    pin_locked: bool = False  # for this phone, when it dialled

    @property
    def told_of_paydays(self) -> bool:
        """Day, place and amount are for who is enrolled: to others they may not be paid."""
        return self.status == "enrolled"


class Caller(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Anyone dialling; without `beneficiaries` the number is not known.

    `more`: the number stands for more people than MOST_ON_ONE_PHONE.
    """

    locale: str
    beneficiaries: tuple[Beneficiary, ...] = ()
    more: bool = False


def endings(registration_nos: Sequence[str]) -> list[str]:
    """How each of these numbers ends: as few digits as tell them apart, but at least three.

    So people of one phone are told apart, on screens and in SMS, without their names.
    """
    lengths = range(SHORTEST_ENDING, LONGEST_ENDING)
    apart = (
        n for n in lengths if len({one[-n:] for one in registration_nos}) == len(registration_nos)
    )
    digits = next(apart, LONGEST_ENDING)
    return [one[-digits:] for one in registration_nos]


def fingerprint(caller: Caller) -> str:
    """Changes with what decides which screens a caller sees; 8 hex digits.

    Left out is what the caller changes in the session itself: language and an ended course.
    """
    shape = [
        (
            one.id,
            one.status,
            one.has_pin,
            one.disowned,
            one.next_payment,
            one.last_payment,
            one.cancelled_payment,
        )
        for one in caller.beneficiaries
    ]
    return hashlib.blake2b(msgspec.json.encode(shape), digest_size=4).hexdigest()
