"""What is true of the claimed messages right now: read again for every batch, never remembered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select

from gateway.core.caller import Category, PaymentStatus, Place
from gateway.core.children import living
from gateway.core.consent import MessageCategory, Standing
from gateway.messaging.audience import numbers_in
from gateway.messaging.sending.handouts import Handout, Handouts, read_handouts
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.bulk import one_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import (
    beneficiaries,
    callers,
    districts,
    health_centres,
    optouts,
    pay_points,
    payments,
    villages,
)
from gateway.registry.visits import visits_made

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """The beneficiary a message is about."""

    msisdn: str | None
    standing: Standing
    has_pin: bool
    category: Category
    edd: date | None
    child_dob: date | None
    done: Mapping[str, date]
    village: Place
    health_centre: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """The payment a message is about; `place` the pay point, by its short name if it has one.

    `on_handset` are the payments of her and of those who are told of theirs on her handset.
    """

    beneficiary_id: UUID
    due_on: date
    amount: int
    status: PaymentStatus
    pay_point_id: int
    place: Place
    on_handset: tuple[Handout, ...] = ()

    def together(self) -> list[Handout]:
        """What is to be paid out with it: on the same day at the same place."""
        same = ("scheduled", self.due_on, self.pay_point_id)
        return [
            one for one in self.on_handset if (one.status, one.due_on, one.pay_point_id) == same
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """A claimed message; `msisdn` is where it goes now, None for nowhere.

    `moved`: that is another number than the one it was queued for. `in_audience`: the broadcast is
    still for somebody on that number.
    """

    id: UUID
    category: MessageCategory
    template: str
    params: Mapping[str, Any]
    msisdn: str | None
    moved: bool
    locale: str
    attempts: int
    expires_at: datetime
    request_id: str | None = None
    person: PersonFacts | None = None
    payment: PaymentFacts | None = None
    broadcast_id: UUID | None = None
    broadcast_state: str | None = None
    broadcast_texts: Mapping[str, str] | None = None
    in_audience: bool = True


# A reply goes to whoever asked, everything else to where the person is reached today.
_number = case(
    (messages.c.category == "reply", messages.c.msisdn),
    else_=func.coalesce(beneficiaries.c.msisdn, messages.c.msisdn),
)
_FACTS = (
    select(
        messages.c.id,
        messages.c.category,
        messages.c.template,
        messages.c.params,
        messages.c.msisdn.label("row_msisdn"),
        messages.c.locale.label("row_locale"),
        messages.c.attempts,
        messages.c.expires_at,
        messages.c.request_id,
        beneficiaries.c.id.label("beneficiary_id"),
        beneficiaries.c.msisdn,
        beneficiaries.c.msisdn_disowned_at,
        beneficiaries.c.locale,
        beneficiaries.c.status,
        beneficiaries.c.consent_payment,
        beneficiaries.c.consent_health,
        beneficiaries.c.pin_hash.is_not(None).label("has_pin"),
        beneficiaries.c.course_ended_at,
        beneficiaries.c.course_ended_reason,
        beneficiaries.c.category.label("course"),
        beneficiaries.c.children,
        beneficiaries.c.edd,
        beneficiaries.c.child_dob,
        districts.c.paused_at,
        villages.c.name.label("village"),
        villages.c.name_latin.label("village_latin"),
        health_centres.c.name.label("health_centre"),
        health_centres.c.name_latin.label("health_centre_latin"),
        payments.c.id.label("payment_id"),
        payments.c.due_on,
        payments.c.amount,
        payments.c.status.label("payment_status"),
        payments.c.pay_point_id,
        pay_points.c.name.label("pay_point"),
        pay_points.c.name_latin.label("pay_point_latin"),
        pay_points.c.short_name,
        pay_points.c.short_name_latin,
        broadcasts.c.id.label("broadcast_id"),
        broadcasts.c.state.label("broadcast_state"),
        broadcasts.c.texts.label("broadcast_texts"),
        broadcasts.c.audience.label("broadcast_audience"),
        callers.c.locale.label("chosen_locale"),
        select(func.aggregate_strings(optouts.c.category, ","))
        .where(optouts.c.msisdn == _number)
        .scalar_subquery()
        .label("left"),
    )
    .select_from(messages)
    .outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
    .outerjoin(districts, districts.c.id == beneficiaries.c.district_id)
    .outerjoin(villages, villages.c.id == beneficiaries.c.village_id)
    .outerjoin(health_centres, health_centres.c.id == beneficiaries.c.health_centre_id)
    .outerjoin(payments, payments.c.id == messages.c.payment_id)
    .outerjoin(pay_points, pay_points.c.id == payments.c.pay_point_id)
    .outerjoin(broadcasts, broadcasts.c.id == messages.c.broadcast_id)
    .outerjoin(callers, callers.c.msisdn == _number)
)


def read_facts(connection: Connection, message_ids: Sequence[UUID]) -> list[MessageFacts]:
    """The facts of each message, in the order of their ids: that in which they were queued."""
    found = connection.execute(_FACTS.where(one_of(connection, messages.c.id, message_ids)))
    rows = sorted(found, key=lambda row: row.id)
    with_health = {
        row.beneficiary_id: living(row.course, row.children)
        for row in rows
        if row.category == "health" and row.beneficiary_id is not None
    }
    done = visits_made(connection, with_health) if with_health else {}
    paid = [row for row in rows if row.payment_id is not None and row.beneficiary_id is not None]
    handouts = read_handouts(
        connection,
        {row.msisdn for row in paid if row.msisdn is not None},
        {row.beneficiary_id for row in paid},
    )
    outside = _left_audience(connection, [row for row in rows if row.broadcast_id is not None])
    return [_facts(row, done, handouts, in_audience=row.id not in outside) for row in rows]


def _msisdn(row: AnyRow) -> str | None:
    if row.category == "reply" or row.beneficiary_id is None:
        return str(row.row_msisdn)
    return None if row.msisdn is None else str(row.msisdn)


def _left_audience(connection: Connection, rows: Sequence[AnyRow]) -> set[UUID]:
    """The messages of broadcasts behind whose number nobody is any more whom they are for."""
    outside: set[UUID] = set()
    for group in _grouped(rows).values():
        numbers = {row.msisdn for row in group}
        inside = numbers_in(connection, group[0].broadcast_audience, numbers)
        outside |= {row.id for row in group if row.msisdn not in inside}
    return outside


def _grouped(rows: Sequence[AnyRow]) -> Mapping[UUID, list[AnyRow]]:
    groups: dict[UUID, list[AnyRow]] = defaultdict(list)
    for row in rows:
        if row.beneficiary_id is not None and row.msisdn is not None:
            groups[row.broadcast_id].append(row)
    return groups


def _facts(
    row: AnyRow,
    done: Mapping[UUID, Mapping[str, date]],
    handouts: Handouts,
    *,
    in_audience: bool,
) -> MessageFacts:
    msisdn = _msisdn(row)
    return MessageFacts(
        id=row.id,
        category=row.category,
        template=row.template,
        params=row.params,
        msisdn=msisdn,
        moved=msisdn != row.row_msisdn,
        locale=row.chosen_locale or row.locale or row.row_locale,
        attempts=row.attempts,
        expires_at=row.expires_at,
        request_id=row.request_id,
        person=_person(row, done) if row.beneficiary_id is not None else None,
        payment=_payment(row, handouts) if row.payment_id is not None else None,
        broadcast_id=row.broadcast_id,
        broadcast_state=row.broadcast_state,
        broadcast_texts=row.broadcast_texts,
        in_audience=in_audience,
    )


def _person(row: AnyRow, done: Mapping[UUID, Mapping[str, date]]) -> PersonFacts:
    return PersonFacts(
        msisdn=row.msisdn,
        standing=standing_of(row, row.left.split(",") if row.left else ()),
        has_pin=row.has_pin,
        category=row.course,
        edd=row.edd,
        child_dob=row.child_dob,
        done=done.get(row.beneficiary_id, {}),
        village=Place(row.village, row.village_latin),
        health_centre=Place(row.health_centre, row.health_centre_latin),
    )


def _payment(row: AnyRow, handouts: Handouts) -> PaymentFacts:
    place = Place(row.pay_point, row.pay_point_latin)
    if row.short_name:
        place = Place(row.short_name, row.short_name_latin or row.pay_point_latin)
    return PaymentFacts(
        beneficiary_id=row.beneficiary_id,
        due_on=row.due_on,
        amount=row.amount,
        status=row.payment_status,
        pay_point_id=row.pay_point_id,
        place=place,
        on_handset=handouts.around(row.beneficiary_id, row.msisdn),
    )
