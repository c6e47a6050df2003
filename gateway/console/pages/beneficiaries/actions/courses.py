"""Health messages that go out again after they had ended."""

from typing import Any

from sqlalchemy import Connection

from gateway.console.kit.context import now
from gateway.console.pages.beneficiaries.actions.records import record
from gateway.registry.choices import resume_course


def resume(connection: Connection, person: Any) -> None:
    """Takes an end back: entered by mistake, or a new pregnancy."""
    resume_course(connection, person.id, now())
    changes = {"course": (person.course_ended_reason, None)}
    record(connection, "beneficiary.resume_course", person, changes)
