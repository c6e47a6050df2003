"""A sheet: everybody who is paid at one pay point on one day, as the paying clerk has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from gateway.registry.bulk import one_of
from gateway.registry.tables import (
    beneficiaries,
    districts,
    pay_points,
    payments,
    registration_aliases,
    villages,
)

MOST_ON_A_SHEET = 5000


@dataclass(frozen=True)
class Sheet:
    """Of one village, or of all that are paid there."""

    due_on: date
    pay_point_id: int
    village_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Woman:
    """A line of the sheet: what she is handed out, arrears with it. `status` is "scheduled" while
    any of her payments is; `course_ended_reason`: she may have died, or moved away."""

    beneficiary_id: UUID
    registration_no: str
    name: str
    name_latin: str
    village_id: int
    village: str
    village_latin: str
    payment_ids: tuple[UUID, ...]
    cycles: tuple[str, ...]
    amount: int
    status: str
    course_ended_reason: str | None = None
    other_numbers: tuple[str, ...] = ()  # that mean her as well, and stand on older sheets


def about(sheet: Sheet) -> Select[Any]:
    """Pay point and district by their names."""
    return (
        select(
            pay_points.c.id,
            pay_points.c.district_id,
            pay_points.c.name,
            pay_points.c.name_latin,
            districts.c.name.label("district"),
            districts.c.name_latin.label("district_latin"),
        )
        .join(districts, districts.c.id == pay_points.c.district_id)
        .where(pay_points.c.id == sheet.pay_point_id)
    )


def women_on(
    connection: Connection, sheet: Sheet, hers: Sequence[ColumnElement[bool]]
) -> list[Woman]:
    """By village and registration number; `hers` are conditions on `beneficiaries`.

    What is cancelled is on no sheet. At most MOST_ON_A_SHEET payments.
    """
    found = (
        select(
            payments.c.id.label("payment_id"),
            payments.c.cycle,
            payments.c.amount,
            payments.c.status,
            beneficiaries,
            villages.c.name.label("village"),
            villages.c.name_latin.label("village_latin"),
        )
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .where(
            payments.c.due_on == sheet.due_on,
            payments.c.pay_point_id == sheet.pay_point_id,
            payments.c.status != "cancelled",
            *hers,
        )
        .order_by(
            villages.c.name_latin, villages.c.id, beneficiaries.c.registration_no, payments.c.cycle
        )
        .limit(MOST_ON_A_SHEET)
    )
    if sheet.village_id is not None:
        found = found.where(beneficiaries.c.village_id == sheet.village_id)
    lines: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(found):
        lines.setdefault(row.id, []).append(row)
    others = _other_numbers(connection, list(lines))
    return [_woman(rows, others.get(whose, ())) for whose, rows in lines.items()]


def _other_numbers(connection: Connection, ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    said = registration_aliases.c
    found: dict[UUID, tuple[str, ...]] = {}
    hers = select(registration_aliases).where(one_of(connection, said.beneficiary_id, ids))
    for row in connection.execute(hers.order_by(said.registration_no)):
        others = found.get(row.beneficiary_id, ())
        found[row.beneficiary_id] = (*others, row.registration_no)
    return found


def _woman(rows: Sequence[Row[Any]], others: tuple[str, ...]) -> Woman:
    first, statuses = rows[0], {row.status for row in rows}
    return Woman(
        beneficiary_id=first.id,
        registration_no=first.registration_no,
        name=first.name,
        name_latin=first.name_latin,
        village_id=first.village_id,
        village=first.village,
        village_latin=first.village_latin,
        payment_ids=tuple(row.payment_id for row in rows),
        cycles=tuple(row.cycle for row in rows),
        amount=sum(row.amount for row in rows),
        status=min(statuses, key=("scheduled", "missed", "paid").index),
        course_ended_reason=first.course_ended_reason,
        other_numbers=others,
    )
