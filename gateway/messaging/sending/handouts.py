"""What is paid out together: the payments of all who share a handset, as far as they may be told.

An SMS about one of them alone would tell half: arrears fall on the same day at the same place, and
so do the payments of twins.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, and_, or_, select

from gateway.core.caller import PaymentStatus
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, payments


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """A payment, made or not; `is_told` where she gets SMS about hers, unasked."""

    beneficiary_id: UUID
    due_on: date
    pay_point_id: int
    amount: int
    status: PaymentStatus
    guarded: bool
    is_told: bool


@dataclass(frozen=True, slots=True)
class Handouts:
    """All payments but the cancelled ones, by handset and by person."""

    by_number: Mapping[str, tuple[Handout, ...]]
    by_person: Mapping[UUID, tuple[Handout, ...]]

    def around(self, beneficiary_id: UUID, msisdn: str | None) -> tuple[Handout, ...]:
        """Hers, and those of the others on her handset who are told of theirs."""
        others = self.by_number.get(msisdn, ()) if msisdn else ()
        hers = self.by_person.get(beneficiary_id, ())
        return (*hers, *(one for one in others if one.beneficiary_id != beneficiary_id))


def read_handouts(
    connection: Connection, numbers: Collection[str], ids: Collection[UUID]
) -> Handouts:
    """Of the people with these `numbers`, and of those of `ids`."""
    by_number: dict[str, list[Handout]] = defaultdict(list)
    by_person: dict[UUID, list[Handout]] = defaultdict(list)
    if not ids:
        return Handouts({}, {})
    theirs = and_(
        one_of(connection, beneficiaries.c.msisdn, numbers),
        beneficiaries.c.msisdn_disowned_at.is_(None),
    )
    rows = connection.execute(
        select(
            beneficiaries.c.id,
            beneficiaries.c.msisdn,
            beneficiaries.c.pin_hash.is_not(None).label("guarded"),
            and_(beneficiaries.c.status == "enrolled", beneficiaries.c.consent_payment).label(
                "is_told"
            ),
            payments.c.due_on,
            payments.c.pay_point_id,
            payments.c.amount,
            payments.c.status,
        )
        .join(payments, payments.c.beneficiary_id == beneficiaries.c.id)
        .where(
            or_(theirs, one_of(connection, beneficiaries.c.id, ids)),
            payments.c.status != "cancelled",
        )
    )
    for row in rows:
        one = Handout(
            beneficiary_id=row.id,
            due_on=row.due_on,
            pay_point_id=row.pay_point_id,
            amount=row.amount,
            status=row.status,
            guarded=row.guarded,
            is_told=row.is_told,
        )
        by_person[row.id].append(one)
        if row.msisdn is not None and one.is_told:
            by_number[row.msisdn].append(one)
    return Handouts(
        by_number={number: tuple(found) for number, found in by_number.items()},
        by_person={whose: tuple(found) for whose, found in by_person.items()},
    )
