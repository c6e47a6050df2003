"""Payments into the registry; registration number and cycle are the key."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select, and_, func, insert, literal, select, update

from gateway.core.payments import first_of_cycle
from gateway.core.programme import PROGRAMME, Rules
from gateway.core.programme_file import ProgrammeError, add_months
from gateway.core.texts import _
from gateway.registry.database import UtcDateTime
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.comparing import count_rows, differs
from gateway.registry.imports.limits import MOST_LISTED
from gateway.registry.imports.places import make_in_district, too_long
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import CellError, ImportReport, RowError
from gateway.registry.imports.staging import Plan, stage_table, unknown_numbers
from gateway.registry.plausibility import near_cycle, plausible_amounts
from gateway.registry.tables import beneficiaries, pay_points, payments

NOT_NEAR_CYCLE = _("The day is not near the cycle %(cycle)s: one of the two is wrong.")
IMPLAUSIBLE_AMOUNT = _(
    "A payment lies between %(least)s and %(most)s LAK: a month of the grant is %(month)s LAK."
)
NOT_ENROLLED = _("She is not enrolled (%(status)s): she is not told of this payment.")

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
        self._today = today

    def check(self, record: Mapping[str, Any]) -> Iterator[tuple[str, CellError]]:
        cycle, due_on, amount = record["cycle"], record["due_on"], record["amount"]
        if not near_cycle(cycle, due_on):
            yield self._farther(cycle, due_on), CellError(NOT_NEAR_CYCLE, cycle=cycle)
        rules = self._rules_on(due_on)
        least, most = plausible_amounts(rules)
        if not least <= amount <= most:
            bounds = {"least": least, "most": most, "month": rules.monthly_amount}
            yield "amount", CellError(IMPLAUSIBLE_AMOUNT, **bounds)

    def _farther(self, cycle: str, due_on: date) -> str:
        """The column that is more likely to be wrong."""
        cycle_off = abs(first_of_cycle(cycle) - self._today)
        return "cycle" if cycle_off > abs(due_on - self._today) * 2 else "due_on"

    def _rules_on(self, due_on: date) -> Rules:
        """Those of the payday; of today for one before the programme."""
        try:
            return PROGRAMME.rules_on(due_on)
        except ProgrammeError:
            return PROGRAMME.rules_on(self._today)

    def warnings(self, connection: Connection) -> Iterator[RowError]:
        """Whoever is paid without being enrolled: it may be right, and she is not told."""
        found = (
            select(_STAGE.c.line, _STAGE.c.registration_no, beneficiaries.c.status)
            .join(beneficiaries, _WHOSE)
            .where(_STAGE.c.status == "scheduled", beneficiaries.c.status != "enrolled")
            .order_by(_STAGE.c.line)
            .limit(MOST_LISTED)
        )
        for row in connection.execute(found):
            params = {"status": row.status}
            yield RowError(row.line, "registration_no", NOT_ENROLLED, params, row.registration_no)

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
