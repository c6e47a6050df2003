"""Which payments were made and which were not, as the paying side lists them.

What staff enter by hand on a payday's page, as a file: `gateway.paydays.marking` does the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, and_, literal, select, update

from gateway.core.texts import _
from gateway.registry.database import UtcDateTime
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.comparing import changed_fields, count_rows, differs
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.merged_payments import keep_paid_twice
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import ImportReport, RowError
from gateway.registry.imports.staging import Merging, Plan, stage_table, unknown_numbers
from gateway.registry.payment_status import file_said
from gateway.registry.tables import beneficiaries, payments

NO_PAYMENT = _("She has no payment in this cycle.")
NOT_YET = _("Its payday has not come yet: it is %(due_on)s.")
IS_CANCELLED = _("This payment is cancelled.")

_STAGE = stage_table(*(sa.Column(name, payments.c[name].type) for name in ("cycle", "status")))
_WHOSE = beneficiaries.c.registration_no == _STAGE.c.registration_no
_KNOWN = and_(payments.c.beneficiary_id == beneficiaries.c.id, payments.c.cycle == _STAGE.c.cycle)
_JOINED = _STAGE.join(beneficiaries, _WHOSE).outerjoin(payments, _KNOWN)
_VALUES: dict[str, Any] = {
    "status": _STAGE.c.status,
    "status_before": file_said(_STAGE.c.status),
}
_CHANGED = differs(payments, {"status": _STAGE.c.status})


class ResultPlan(Plan):
    kind = "payment_results"
    keys = ("registration_no", "cycle")

    def __init__(self, now: datetime, today: date) -> None:
        columns = {
            "registration_no": Column(cells.registration_no),
            "cycle": Column(cells.cycle),
            "status": Column(cells.one_of(vocabulary.PAYMENT_RESULTS)),
        }
        super().__init__(_STAGE, columns)
        self._now = now
        self._today = today

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from unknown_numbers(connection, self.stage)
        rows = (
            select(_STAGE.c.line, _STAGE.c.cycle, payments.c.id, payments.c.due_on)
            .select_from(_JOINED)
            .where(_STAGE.c.cycle.is_not(None))
        )
        nothing = payments.c.id.is_(None)
        for row in connection.execute(rows.where(nothing)):
            yield RowError(row.line, "cycle", NO_PAYMENT, value=row.cycle)
        ahead = and_(payments.c.due_on > self._today, payments.c.status != "cancelled")
        for row in connection.execute(rows.where(ahead)):
            yield RowError(row.line, "cycle", NOT_YET, {"due_on": str(row.due_on)}, row.cycle)
        for row in connection.execute(rows.where(payments.c.status == "cancelled")):
            yield RowError(row.line, "cycle", IS_CANCELLED, value=row.cycle)

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:  # noqa: ARG002 - every column is needed
        report = count_rows(connection, _JOINED, payments.c.id, _CHANGED)
        if not report.changed:
            return report
        known = payments.c.id.is_not(None)
        fields: dict[str, Any] = {"status": (payments.c.status, _STAGE.c.status)}
        return replace(report, changes=changed_fields(connection, _JOINED, known, _STAGE, fields))

    def merging(self, names: frozenset[str]) -> Merging:  # noqa: ARG002 - likewise
        return Merging(payments, _JOINED, _VALUES, _CHANGED)

    def merge(self, connection: Connection, names: frozenset[str]) -> None:  # noqa: ARG002 - likewise
        moment = literal(self._now, UtcDateTime)
        connection.execute(
            update(payments)
            .values(_VALUES | {"updated_at": moment})
            .where(_WHOSE, _KNOWN, _CHANGED)
        )

    def follow_up(self, connection: Connection, passed: PassedOver) -> None:
        keep_paid_twice(connection, passed.paid_twice, self._now)
