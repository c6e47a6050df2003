"""What staff alone do about a case: each step is a note of its own, and a line in the audit log.
Notes, answers and ends are in `gateway.casework.handling`."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update
from uuid_utils.compat import uuid7

from gateway.casework import due, handling, mothers
from gateway.casework.reading import Case
from gateway.console.kit.context import actor, audit, current_staff, now, settings
from gateway.console.kit.too_late import too_late
from gateway.registry.tables import cases
from gateway.staff.audit import Changes
from gateway.staff.tables import case_assignments, ready_answers, staff_users


def add_note(connection: Connection, case: Case, kind: str, text: str | None) -> None:
    """A line of the case's story by whoever is signed in."""
    handling.add_note(connection, case, kind, text, desk())


def desk() -> handling.Desk:
    """Of whoever is signed in."""
    return handling.Desk(actor=actor(), now=now(), default_locale=settings().default_locale)


def assign(connection: Connection, case: Case, staff_id: UUID | None) -> None:
    """To somebody, or to nobody again."""
    number = case.number
    connection.execute(delete(case_assignments).where(case_assignments.c.case_number == number))
    if staff_id is not None:
        connection.execute(
            insert(case_assignments).values(
                case_number=number, staff_id=staff_id, assigned_at=now()
            )
        )
    add_note(connection, case, "assigned", _email(connection, staff_id))
    _record(connection, case, "case.assign", {"assigned_to": (case.assigned_to, staff_id)})


def set_due(connection: Connection, case: Case, due_on: date | None) -> None:
    """A day of its own, or as every case."""
    due.set_due(connection, case.number, due_on)
    add_note(connection, case, "due", due_on.isoformat() if due_on else None)
    _record(connection, case, "case.due", {"due_on": (case.due_on, due_on)})


def say_whose(connection: Connection, case: Case, beneficiary_id: UUID | None) -> None:
    """Raises AlreadyOpen, and changes nothing."""
    mothers.say_whose(connection, case.number, beneficiary_id)
    add_note(connection, case, "whose" if beneficiary_id else "nobody's", None)
    _record(connection, case, "case.whose", {"whose": (case.beneficiary_id, beneficiary_id)})


def too_late_for(connection: Connection, number: int) -> str:
    """Why a case could neither be closed nor opened: a msgid."""
    state = connection.execute(select(cases.c.state).where(cases.c.number == number)).scalar_one()
    return too_late(
        connection, "case", number, actions=(handling.CLOSED, handling.REOPENED), state=state
    )


def add_ready(connection: Connection, texts: Mapping[str, str]) -> None:
    """{locale: text}; of whoever is confined, for the cases of their district."""
    answer_id, district_id = uuid7(), current_staff().district_id
    connection.execute(
        insert(ready_answers).values(
            id=answer_id,
            district_id=district_id,
            texts=dict(texts),
            created_at=now(),
            updated_at=now(),
        )
    )
    _record_ready(connection, "answer.add", answer_id, district_id, _worded({}, texts))


def change_ready(connection: Connection, row: Row[Any], texts: Mapping[str, str]) -> None:
    """`row` as it is stored."""
    _write_ready(connection, row.id, texts=dict(texts))
    changes = _worded(row.texts, texts)
    _record_ready(connection, "answer.change", row.id, row.district_id, changes)


def retire_ready(connection: Connection, row: Row[Any]) -> None:
    """It is offered no more; what was sent of it stays."""
    _write_ready(connection, row.id, retired_at=now())
    _record_ready(connection, "answer.retire", row.id, row.district_id, _worded(row.texts, {}))


def _write_ready(connection: Connection, answer_id: UUID, **values: Any) -> None:
    chosen = update(ready_answers).where(ready_answers.c.id == answer_id)
    connection.execute(chosen.values(updated_at=now(), **values))


def _worded(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    both = before.keys() | after.keys()
    return {name: (before.get(name), after.get(name)) for name in sorted(both)}


def _record_ready(
    connection: Connection, action: str, answer_id: UUID, district_id: int | None, changes: Changes
) -> None:
    audit(
        connection,
        action,
        kind="answer",
        object_id=answer_id,
        district_id=district_id,
        changes=changes,
    )


def _record(connection: Connection, case: Case, action: str, changes: Changes) -> None:
    audit(
        connection,
        action,
        kind="case",
        object_id=case.number,
        district_id=case.district_id,
        changes=changes,
    )


def _email(connection: Connection, staff_id: UUID | None) -> str | None:
    if staff_id is None:
        return None
    chosen = select(staff_users.c.email).where(staff_users.c.id == staff_id)
    email: str = connection.execute(chosen).scalar_one()
    return email
