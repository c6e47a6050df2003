"""What a dial asks of the registry, as one statement that gives one JSON value.

Payments, visits and locks of all who are on a phone come with them. The console and SMS, which ask
inside of transactions of their own, get the same value of the same statement.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    exists,
    literal_column,
    select,
)

from gateway.core import caller
from gateway.core.consent import EVERYTHING
from gateway.core.kinds import EventKind
from gateway.registry.json_values import Array, Nested, UuidText, all_of, listed
from gateway.registry.pin_locks import last_word_on_lock
from gateway.registry.pins import LIFTED
from gateway.registry.tables import (
    beneficiaries,
    callers,
    events,
    health_centres,
    optouts,
    pay_points,
    payments,
    villages,
    visits,
)

ENDED = frozenset({"exited", "rejected"})


class Person(msgspec.Struct, frozen=True, array_like=True):
    """One beneficiary as the tables have her; `visits`: the child's number, the visit, the day."""

    id: str
    registration_no: str
    status: caller.Status
    category: caller.Category
    edd: date | None
    child_dob: date | None
    children: tuple[int, ...] | None
    enrolled_on: date | None
    locale: str | None
    village: caller.Place
    health_centre: caller.Place
    has_pin: bool
    pin_locked: bool
    course_ended: bool
    course_ended_reason: str | None
    health_sms: bool
    disowned: bool
    payments: tuple[caller.Payment, ...]
    visits: tuple[tuple[int, str, date], ...]


class OfNumber(msgspec.Struct, frozen=True, array_like=True):
    """A phone: the language chosen on it, and those whose number it is, one more than are shown.

    Whoever is registered with it comes before those for whom it was disowned, a running grant
    before one that has ended, the lower registration number first. `resumed`: an offer to go on
    was made in the conversation that was asked about.
    """

    locale: str | None
    people: tuple[Person, ...]
    resumed: bool = False


decode_number = msgspec.json.Decoder(OfNumber, strict=False).decode
decode_people = msgspec.json.Decoder(tuple[Person, ...], strict=False).decode


def _constants(words: Collection[str]) -> list[ColumnElement[str]]:
    """Not sent with every dial: they are always the same."""
    return [literal_column(f"'{word}'") for word in sorted(words)]


def _place(name: Column[str], latin: Column[str]) -> Array:
    return Array(name, latin)


_HAS_LEFT_HEALTH = exists().where(
    optouts.c.msisdn == beneficiaries.c.msisdn,
    optouts.c.category.in_(_constants({"health", EVERYTHING})),
)
_PAYMENTS = (
    select(
        Array(
            UuidText(payments.c.id),
            payments.c.cycle,
            payments.c.due_on,
            payments.c.amount,
            payments.c.status,
            _place(pay_points.c.name, pay_points.c.name_latin),
        )
    )
    .join(pay_points, payments.c.pay_point_id == pay_points.c.id)
    .where(payments.c.beneficiary_id == beneficiaries.c.id)
    .correlate(beneficiaries)
)
_VISITS = (
    select(Array(visits.c.child, visits.c.visit, visits.c.done_on))
    .where(visits.c.beneficiary_id == beneficiaries.c.id)
    .correlate(beneficiaries)
)
_HAS_PIN = beneficiaries.c.pin_hash.is_not(None)
_IS_LOCKED = last_word_on_lock(beneficiaries.c.registration_no) != literal_column(f"'{LIFTED}'")
_PERSON = Array(
    UuidText(beneficiaries.c.id),
    beneficiaries.c.registration_no,
    beneficiaries.c.status,
    beneficiaries.c.category,
    beneficiaries.c.edd,
    beneficiaries.c.child_dob,
    Nested(beneficiaries.c.children),
    beneficiaries.c.enrolled_on,
    beneficiaries.c.locale,
    _place(villages.c.name, villages.c.name_latin),
    _place(health_centres.c.name, health_centres.c.name_latin),
    _HAS_PIN,
    case((_HAS_PIN & _IS_LOCKED, literal_column("1")), else_=literal_column("0")),
    beneficiaries.c.course_ended_at.is_not(None),
    beneficiaries.c.course_ended_reason,
    beneficiaries.c.consent_health & ~_HAS_LEFT_HEALTH,
    beneficiaries.c.msisdn_disowned_at.is_not(None),
    all_of(_PAYMENTS),
    all_of(_VISITS),
)
_PLACED = beneficiaries.join(villages, beneficiaries.c.village_id == villages.c.id).join(
    health_centres, beneficiaries.c.health_centre_id == health_centres.c.id
)
_MSISDN = bindparam("msisdn", type_=beneficiaries.c.msisdn.type)


def _people(where: ColumnElement[bool]) -> ColumnElement[Any]:
    most = literal_column(str(caller.MOST_ON_ONE_PHONE + 1), Integer)
    return listed(
        select(_PERSON.label("person"))
        .select_from(_PLACED)
        .where(where)
        .order_by(
            beneficiaries.c.msisdn_disowned_at.is_not(None),
            beneficiaries.c.status.in_(_constants(ENDED)),
            beneficiaries.c.registration_no,
        )
        .limit(most)
        .subquery("people")
    )


_CHOSEN = select(callers.c.locale).where(callers.c.msisdn == _MSISDN).scalar_subquery()

_OF_NUMBER = _people(beneficiaries.c.msisdn == _MSISDN)
_RESUMED = exists().where(
    events.c.session_id == bindparam("session_id", type_=events.c.session_id.type),
    events.c.provider == bindparam("provider", type_=events.c.provider.type),
    events.c.kind.in_(_constants({EventKind.RESUME_OFFERED})),
)

# Parameters `msisdn` and `locked_since`: of a lock nothing is said where that is None.
OF_NUMBER: Select[str] = select(cast(Array(_CHOSEN, _OF_NUMBER), Text))
# Besides `provider` and `session_id`, of a conversation.
AT_DIAL: Select[str] = select(cast(Array(_CHOSEN, _OF_NUMBER, _RESUMED), Text))
# Parameters `registration_no`, and those of OF_NUMBER.
OF_REGISTRATION: Select[str] = select(
    cast(_people(beneficiaries.c.registration_no == bindparam("registration_no")), Text)
)
