"""A case and whose it is, whoever reads it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from gateway.core.kinds import UNANSWERED
from gateway.registry.tables import beneficiaries, callers, cases
from gateway.staff.names import CALLED
from gateway.staff.tables import case_assignments, staff_users


@dataclass(frozen=True, kw_only=True)
class Case:
    """`locale` is what the caller chose, None where nothing is known."""

    number: int
    kind: str
    state: str
    text: str | None
    msisdn: str
    opened_at: datetime
    closed_at: datetime | None
    times: int
    again_at: datetime | None
    due_on: date | None
    joined_to: int | None
    assigned_to: UUID | None
    assignee: str | None
    beneficiary_id: UUID | None
    name: str | None
    name_latin: str | None
    registration_no: str | None
    district_id: int | None
    locale: str | None
    disowned: bool

    @property
    def from_phone(self) -> bool:
        """False for an SMS from a short code or a word."""
        return self.msisdn.startswith("+")

    @property
    def may_be_answered(self) -> bool:
        """Whoever answers at a disowned number is a stranger."""
        return self.from_phone and not self.disowned and self.kind not in UNANSWERED


_former = beneficiaries.alias("former")
_DISOWNED = exists().where(
    _former.c.msisdn == cases.c.msisdn, _former.c.msisdn_disowned_at.is_not(None)
)
_JOINED = (
    cases.outerjoin(beneficiaries, beneficiaries.c.id == cases.c.beneficiary_id)
    .outerjoin(case_assignments, case_assignments.c.case_number == cases.c.number)
    .outerjoin(staff_users, staff_users.c.id == case_assignments.c.staff_id)
    .outerjoin(callers, callers.c.msisdn == cases.c.msisdn)
)


def selected() -> Select[Any]:
    """Every column of `Case`, of all cases."""
    return select(
        cases,
        case_assignments.c.staff_id.label("assigned_to"),
        CALLED.label("assignee"),
        beneficiaries.c.name,
        beneficiaries.c.name_latin,
        beneficiaries.c.registration_no,
        beneficiaries.c.district_id,
        callers.c.locale,
        _DISOWNED.label("disowned"),
    ).select_from(_JOINED)


def case_of(row: Any) -> Case:
    """A row of `selected`."""
    fields = Case.__dataclass_fields__.keys()
    return Case(**{name: value for name, value in row._mapping.items() if name in fields})


def find(connection: Connection, number: int, *mine: ColumnElement[bool]) -> Case | None:
    """The case of this number, of the rows of `cases` for which `mine` holds."""
    row = connection.execute(selected().where(cases.c.number == number, *mine)).one_or_none()
    return None if row is None else case_of(row)
