"""The end of a course: a loss, a death, a move. Every health message stops at once."""

from typing import Any

from sqlalchemy import Connection, update

from gateway.console.kit.context import now
from gateway.console.pages.beneficiaries.actions.records import record
from gateway.console.pages.beneficiaries.forms.course import EndForm
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.registry.choices import end_course, resume_course


def end(connection: Connection, person: Any, form: EndForm) -> int:
    """Ends the course; how many health messages were waiting and will not be sent."""
    end_course(connection, person.id, form.course_end.data, now())
    held_back = connection.execute(
        update(messages)
        .where(
            messages.c.beneficiary_id == person.id,
            messages.c.category == "health",
            state_is("queued"),
        )
        .values(state="suppressed", reason="course_ended", updated_at=now())
    ).rowcount
    changes = {"course": (None, form.course_end.data)}
    if form.note.data:
        changes["reason"] = (None, form.note.data)
    record(connection, "beneficiary.end_course", person, changes)
    return held_back


def resume(connection: Connection, person: Any) -> None:
    """Takes it back: entered by mistake, or a new pregnancy."""
    resume_course(connection, person.id, now())
    changes = {"course": (person.course_ended_reason, None)}
    record(connection, "beneficiary.resume_course", person, changes)
