"""Health visits already made: what was done is not asked for again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, and_, insert, literal, select, update
from uuid_utils.compat import uuid7

from gateway.core.children import ONLY_CHILD
from gateway.core.programme import PROGRAMME
from gateway.core.programme_file import add_months
from gateway.registry.bulk import insert_new
from gateway.registry.database import UtcDateTime
from gateway.registry.imports import cells
from gateway.registry.imports.comparing import changed_fields, count_rows, differs
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import ImportReport, RowError
from gateway.registry.imports.staging import Merging, Plan, stage_table, unknown_numbers
from gateway.registry.plausibility import WRONG_COURSE, wrong_with_visit
from gateway.registry.tables import beneficiaries, visits

_AT_ONCE = 1000  # rows
_COURSE = (beneficiaries.c.edd, beneficiaries.c.child_dob)

_STAGE = stage_table(*(sa.Column(name, visits.c[name].type) for name in ("visit", "done_on")))
_WHOSE = beneficiaries.c.registration_no == _STAGE.c.registration_no
_KNOWN = and_(
    visits.c.beneficiary_id == beneficiaries.c.id,
    visits.c.visit == _STAGE.c.visit,
    visits.c.child == ONLY_CHILD[0],
)
_VALUES: dict[str, Any] = {"done_on": _STAGE.c.done_on}
_JOINED = _STAGE.join(beneficiaries, _WHOSE).outerjoin(visits, _KNOWN)


class VisitPlan(Plan):
    kind = "visits"
    keys = ("registration_no", "visit")

    def __init__(self, now: datetime, today: date) -> None:
        columns = {
            "registration_no": Column(cells.registration_no),
            "visit": Column(cells.one_of(dict.fromkeys(sorted(PROGRAMME.visit_keys()), ()))),
            "done_on": Column(cells.day_between(add_months(today, -120), today, today=today)),
        }
        super().__init__(_STAGE, columns)
        self._now = now

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from unknown_numbers(connection, self.stage)
        rows = (
            select(_STAGE.c.line, _STAGE.c.visit, _STAGE.c.done_on, *_COURSE)
            .join(beneficiaries, _WHOSE)
            .where(_STAGE.c.visit.is_not(None), _STAGE.c.done_on.is_not(None))
        )
        for row in connection.execute(rows.execution_options(yield_per=_AT_ONCE)):
            wrong = wrong_with_visit(
                PROGRAMME.visit(row.visit), row.done_on, edd=row.edd, child_dob=row.child_dob
            )
            if wrong:
                reason, params = wrong
                column = "visit" if reason in WRONG_COURSE else "done_on"
                yield RowError(row.line, column, reason, params, f"{row.visit} {row.done_on}")

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:  # noqa: ARG002 - every column is needed
        report = count_rows(connection, _JOINED, visits.c.id, differs(visits, _VALUES))
        if not report.changed:
            return report
        known = visits.c.id.is_not(None)
        fields: dict[str, Any] = {"done_on": (visits.c.done_on, _STAGE.c.done_on)}
        return replace(report, changes=changed_fields(connection, _JOINED, known, _STAGE, fields))

    def merging(self, names: frozenset[str]) -> Merging:  # noqa: ARG002 - likewise
        return Merging(visits, _JOINED, _VALUES, differs(visits, _VALUES))

    def merge(self, connection: Connection, names: frozenset[str]) -> None:  # noqa: ARG002 - likewise
        moment = literal(self._now, UtcDateTime)
        connection.execute(
            update(visits)
            .values(_VALUES | {"updated_at": moment})
            .where(_WHOSE, _KNOWN, differs(visits, _VALUES))
        )
        new = {
            "id": _STAGE.c.row_id,
            "beneficiary_id": beneficiaries.c.id,
            "visit": _STAGE.c.visit,
            **_VALUES,
            "updated_at": moment,
        }
        rows = select(*new.values()).select_from(_JOINED).where(visits.c.id.is_(None))
        connection.execute(insert(visits).from_select(list(new), rows))
        self._of_twins(connection)

    def _of_twins(self, connection: Connection) -> None:
        """A file knows no children: what it says of twins it says of all that live."""
        rows = connection.execute(
            select(beneficiaries.c.id, beneficiaries.c.children, _STAGE.c.visit, _STAGE.c.done_on)
            .select_from(_STAGE.join(beneficiaries, _WHOSE))
            .where(
                beneficiaries.c.children.is_not(None),
                beneficiaries.c.category == "child",
                _STAGE.c.done_on >= beneficiaries.c.child_dob,
            )
        )
        theirs = [
            {"id": uuid7(), "beneficiary_id": row.id, "visit": row.visit, "child": child,
             "done_on": row.done_on, "updated_at": self._now}
            for row in rows
            for child in row.children
        ]  # fmt: skip
        insert_new(connection, visits, theirs)
