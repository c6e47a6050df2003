"""Payments into the registry; registration number and cycle are the key."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select, and_, func, insert, literal, select, update

from gateway.core.programme_file import add_months
from gateway.registry.database import UtcDateTime
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.comparing import count_rows, differs
from gateway.registry.imports.places import make_in_district, too_long
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import ImportReport, RowError
from gateway.registry.imports.staging import Plan, stage_table, unknown_numbers
from gateway.registry.tables import beneficiaries, pay_points, payments

_TAKEN = ("due_on", "amount", "status")

_STAGE = stage_table(
    *(sa.Column(name, payments.c[name].type) for name in (*_TAKEN, "cycle")),
    sa.Column("pay_point", sa.String(24)),
)
_WHOSE = beneficiaries.c.registration_no == _STAGE.c.registration_no
_KNOWN = and_(payments.c.beneficiary_id == beneficiaries.c.id, payments.c.cycle == _STAGE.c.cycle)
_IN_PLACE = and_(
    pay_points.c.district_id == beneficiaries.c.district_id,
    pay_points.c.name == _STAGE.c.pay_point,
)
_VALUES: dict[str, Any] = {
    **{name: _STAGE.c[name] for name in _TAKEN},
    "pay_point_id": pay_points.c.id,
}
_JOINED = (
    _STAGE.join(beneficiaries, _WHOSE).outerjoin(pay_points, _IN_PLACE).outerjoin(payments, _KNOWN)
)


class PaymentPlan(Plan):
    kind = "payments"
    keys = ("registration_no", "cycle")

    def __init__(self, now: datetime, today: date) -> None:
        due_on = cells.day_between(add_months(today, -120), add_months(today, 24), today=today)
        columns = {
            "registration_no": Column(cells.registration_no),
            "cycle": Column(cells.cycle),
            "due_on": Column(due_on),
            "amount": Column(cells.amount),
            "pay_point": Column(cells.name(24)),
            "status": Column(cells.one_of(vocabulary.PAYMENT_STATUSES)),
        }
        super().__init__(_STAGE, columns)
        self._now = now

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from unknown_numbers(connection, self.stage)
        yield from too_long(connection, _missing_pay_points(), "pay_point")

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:  # noqa: ARG002 - every column is needed
        return count_rows(connection, _JOINED, payments.c.id, differs(payments, _VALUES))

    def merge(self, connection: Connection, names: frozenset[str]) -> None:  # noqa: ARG002 - likewise
        make_in_district(connection, _missing_pay_points(), "pay_point")
        moment = literal(self._now, UtcDateTime)
        connection.execute(
            update(payments)
            .values(_VALUES | {"updated_at": moment})
            .where(_WHOSE, _KNOWN, _IN_PLACE, differs(payments, _VALUES))
        )
        new = {
            "id": _STAGE.c.row_id,
            "beneficiary_id": beneficiaries.c.id,
            "cycle": _STAGE.c.cycle,
            **_VALUES,
            "updated_at": moment,
        }
        rows = select(*new.values()).select_from(_JOINED).where(payments.c.id.is_(None))
        connection.execute(insert(payments).from_select(list(new), rows))


def _missing_pay_points() -> Select[*tuple[Any, ...]]:
    return (
        select(
            func.min(_STAGE.c.line).label("line"),
            beneficiaries.c.district_id,
            _STAGE.c.pay_point,
        )
        .join(beneficiaries, _WHOSE)
        .outerjoin(pay_points, _IN_PLACE)
        .where(pay_points.c.id.is_(None), _STAGE.c.pay_point.is_not(None))
        .group_by(beneficiaries.c.district_id, _STAGE.c.pay_point)
    )
