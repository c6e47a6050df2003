"""Reading cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from gateway.casework.due import overdue
from gateway.casework.reading import Case, case_of, selected
from gateway.console.kit.context import current_staff, now, one_or_404, scope, settings
from gateway.messaging.tables import messages
from gateway.registry.tables import cases
from gateway.staff.names import CALLED
from gateway.staff.rights import RIGHTS
from gateway.staff.tables import case_assignments, case_notes, staff_users


def listed(given: Mapping[str, Any]) -> Select[Any]:
    """The cases that fit {"state", "kind", "whose", "due"}."""
    statement = scope(selected(), cases)
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
    mine = scope(selected(), cases).where(cases.c.number == number)
    return case_of(one_or_404(connection, mine))


def notes_of(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """What was done about it, oldest first, with the state of an answer's SMS."""
    joined = case_notes.outerjoin(staff_users, staff_users.c.id == case_notes.c.staff_id).outerjoin(
        messages, messages.c.id == case_notes.c.message_id
    )
    by = func.coalesce(CALLED, case_notes.c.who).label("by")
    return connection.execute(
        select(
            case_notes,
            by,
            messages.c.state.label("message_state"),
        )
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
