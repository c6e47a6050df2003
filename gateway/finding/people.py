"""The people that somebody asks for, as conditions on `beneficiaries`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from gateway.finding.typed import matching
from gateway.finding.villages import villages_called, within_districts
from gateway.messaging.unreachable import failing_numbers
from gateway.registry.bulk import one_of
from gateway.registry.pins import GUESSES_SHOWN, guessed_since
from gateway.registry.tables import beneficiaries, villages
from gateway.staff.accounts import StaffUser
from gateway.staff.confinement import conditions

# "none": no number, or one that is somebody else's. "unreached": that, or nothing arrives there.
Phone = Literal["none", "unreached"]
MOST_COUNTED = 1000


# She is neither pregnant nor with a child any more, whatever her row still says.
_reason = func.coalesce(beneficiaries.c.course_ended_reason, "")
_OVER = or_(
    _reason.in_(("pregnancy_ended", "child_died")),
    and_(_reason == "mother_died", beneficiaries.c.category == "pregnant"),
)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is typed and picked; None: whatever. `village` is a part of its name."""

    typed: str | None = None
    district_id: int | None = None
    village: str | None = None
    status: str | None = None
    category: str | None = None
    phone: Phone | None = None
    pin_guessed: bool = False

    def needs_place(self, staff: StaffUser) -> bool:
        """Whom nothing reaches is asked of the ledger, number by number: of a district at most."""
        confined = staff.district_id is not None or staff.health_centre_id is not None
        somewhere = self.district_id is not None or self.village is not None
        return self.phone == "unreached" and not confined and not somewhere


def wanted_people(
    connection: Connection, staff: StaffUser, wanted: Wanted, *, now: datetime, zone: ZoneInfo
) -> list[ColumnElement[bool]]:
    """Conditions, those of the confinement of `staff` among them. A `wanted` that `needs_place`
    is taken as one that asks for "none"."""
    there = beneficiaries.c.erased_at.is_(None)
    found = [there, *conditions(beneficiaries, staff), *_picked(connection, staff, wanted)]
    if wanted.pin_guessed:
        guessed = guessed_since(now - GUESSES_SHOWN)
        found.append(beneficiaries.c.registration_no.in_(guessed))
    if wanted.phone is not None:
        reached = wanted.phone == "unreached" and not wanted.needs_place(staff)
        failing = _failing(connection, found, now, zone) if reached else set()
        found.append(_without_phone(connection, failing))
    return found


def _picked(connection: Connection, staff: StaffUser, wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = beneficiaries.c
    called = villages_called(connection, *conditions(villages, staff))
    same = {"district_id": wanted.district_id, "status": wanted.status, "category": wanted.category}
    found = [columns[name] == value for name, value in same.items() if value is not None]
    if wanted.category is not None:
        found.append(~_OVER)
    if wanted.village is not None:
        found.append(one_of(connection, columns.village_id, called(wanted.village)))
    if wanted.typed is not None:
        named = staff.may("beneficiary.unmask")
        there = within_districts(connection, *conditions(villages, staff))
        found.append(matching(connection, wanted.typed, named=named, villages_called=there))
    return found


def _failing(
    connection: Connection, found: list[ColumnElement[bool]], now: datetime, zone: ZoneInfo
) -> set[str]:
    theirs = select(beneficiaries.c.msisdn).where(*found, beneficiaries.c.msisdn.is_not(None))
    among = connection.execute(theirs.distinct()).scalars().all()
    return failing_numbers(connection, now=now, zone=zone, among=among)


def _without_phone(connection: Connection, failing: set[str]) -> ColumnElement[bool]:
    columns = beneficiaries.c
    nowhere = one_of(connection, columns.msisdn, failing) if failing else false()
    return or_(columns.msisdn.is_(None), columns.msisdn_disowned_at.is_not(None), nowhere)
