"""The people whom a system names, as many at a time as it asks for."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from gateway.core.consent import Standing
from gateway.messaging.requested.wanted import Sender
from gateway.registry.bulk import one_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import (
    beneficiaries,
    districts,
    optouts,
    payments,
    registration_aliases,
)


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody of the registry whom the key may see; `msisdn` None: she has no number."""

    id: UUID
    registration_no: str
    msisdn: str | None
    locale: str | None
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Whom a request names. `by_number` has all who share a phone; `left` what numbers left."""

    by_registration: Mapping[str, Named]
    by_number: Mapping[str, Sequence[Named]]
    left: Mapping[str, Collection[str]]

    def people(self) -> Iterator[Named]:
        yield from self.by_registration.values()
        for of_phone in self.by_number.values():
            yield from of_phone


def directory(
    connection: Connection,
    sender: Sender,
    *,
    registration_nos: Collection[str],
    numbers: Collection[str],
) -> Directory:
    """Those of the key's district. A number that was merged away means whom it has become."""
    aliases = _aliases(connection, registration_nos)
    said = {aliases.get(one, one) for one in registration_nos}
    rows = _rows(connection, sender, said, numbers)
    phones = {*numbers, *(row.msisdn for row in rows if row.msisdn)}
    left = _left(connection, phones)
    found = {row.registration_no: _named(row, left) for row in rows}
    by_number: dict[str, list[Named]] = defaultdict(list)
    for one in found.values():
        if one.msisdn is not None and one.msisdn in numbers:
            by_number[one.msisdn].append(one)
    by_registration = {
        one: found[aliases.get(one, one)]
        for one in registration_nos
        if aliases.get(one, one) in found
    }
    return Directory(by_registration=by_registration, by_number=by_number, left=left)


def coming_payments(connection: Connection, ids: Collection[UUID], today: date) -> dict[UUID, UUID]:
    """The next scheduled payment of each who has one: {beneficiary: payment}."""
    rows = connection.execute(
        select(payments.c.beneficiary_id, payments.c.id)
        .where(
            one_of(connection, payments.c.beneficiary_id, ids),
            payments.c.status == "scheduled",
            payments.c.due_on >= today,
        )
        .order_by(payments.c.due_on.desc(), payments.c.id.desc())
    )
    return {row.beneficiary_id: row.id for row in rows}


def _aliases(connection: Connection, said: Collection[str]) -> dict[str, str]:
    other = registration_aliases.c.registration_no
    rows = connection.execute(
        select(other, beneficiaries.c.registration_no)
        .join(beneficiaries, beneficiaries.c.id == registration_aliases.c.beneficiary_id)
        .where(one_of(connection, other, said))
    )
    return {row[0]: row[1] for row in rows}


def _rows(
    connection: Connection, sender: Sender, said: Collection[str], numbers: Collection[str]
) -> Sequence[Row[Any]]:
    named: ColumnElement[bool] = or_(
        one_of(connection, beneficiaries.c.registration_no, said),
        one_of(connection, beneficiaries.c.msisdn, numbers),
    )
    found = (
        select(beneficiaries, districts.c.paused_at)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(named, beneficiaries.c.erased_at.is_(None))
        .order_by(beneficiaries.c.id)
    )
    if sender.district_id is not None:
        found = found.where(beneficiaries.c.district_id == sender.district_id)
    return connection.execute(found).all()


def _left(connection: Connection, numbers: Collection[str]) -> dict[str, set[str]]:
    left: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(
        select(optouts).where(one_of(connection, optouts.c.msisdn, numbers))
    ):
        left[row.msisdn].add(row.category)
    return left


def _named(row: Row[Any], left: Mapping[str, Collection[str]]) -> Named:
    return Named(
        id=row.id,
        registration_no=row.registration_no,
        msisdn=row.msisdn,
        locale=row.locale,
        standing=standing_of(row, left.get(row.msisdn, ())),
    )
