"""Reading cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, exists, or_, select

from gateway.casework.due import overdue
from gateway.console.kit.context import current_staff, now, one_or_404, scope, settings
from gateway.core.kinds import UNANSWERED
from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, callers, cases
from gateway.staff.names import CALLED
from gateway.staff.rights import RIGHTS
from gateway.staff.tables import case_assignments, case_notes, staff_users


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case and whose it is; `locale` is what the caller chose, None where nothing is known."""

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


def _selected() -> Select[Any]:
    chosen = select(
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
    return scope(chosen, cases)


def listed(given: Mapping[str, Any]) -> Select[Any]:
    """The cases that fit {"state", "kind", "whose", "due"}."""
    statement = _selected()
    if given["state"] != "all":
        statement = statement.where(cases.c.state == given["state"])
    if given["kind"]:
        statement = statement.where(cases.c.kind == given["kind"])
    if given["whose"] == "mine":
        statement = statement.where(case_assignments.c.staff_id == current_staff().id)
    if given["whose"] == "nobody":
        statement = statement.where(case_assignments.c.staff_id.is_(None))
    if given["due"] == "overdue":
        statement = statement.where(overdue(now(), settings().zone))
    return statement


def open_case(connection: Connection, number: int) -> Case:
    """The case, or 404."""
    row = one_or_404(connection, _selected().where(cases.c.number == number))
    fields = Case.__dataclass_fields__.keys()
    return Case(**{name: value for name, value in row._mapping.items() if name in fields})


def notes_of(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """What was done about it, oldest first, with the state of an answer's SMS."""
    joined = case_notes.join(staff_users, staff_users.c.id == case_notes.c.staff_id).outerjoin(
        messages, messages.c.id == case_notes.c.message_id
    )
    return connection.execute(
        select(case_notes, CALLED.label("by"), messages.c.state.label("message_state"))
        .select_from(joined)
        .where(case_notes.c.case_number == number)
        .order_by(case_notes.c.id)
    ).all()


def people_for(connection: Connection, case: Case) -> dict[str, str]:
    """{id: what they are called} of those who may handle this case, of its district or of all."""
    statement = select(staff_users.c.id, CALLED.label("called")).where(
        staff_users.c.active,
        staff_users.c.role.in_(RIGHTS["case.handle"]),
        or_(staff_users.c.district_id.is_(None), staff_users.c.district_id == case.district_id),
    )
    rows = connection.execute(statement.order_by("called", staff_users.c.email))
    return {str(row.id): row.called for row in rows}
