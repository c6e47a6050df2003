"""Health visits that were made, marked by the health worker."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, delete
from uuid_utils.compat import uuid7

from gateway.console.kit.context import now
from gateway.console.pages.beneficiaries.actions.records import record
from gateway.core.health_schedule import course_of
from gateway.registry.bulk import insert_new
from gateway.registry.tables import visits


def mark(connection: Connection, person: Any, visit: str, done_on: date) -> bool:
    """False where somebody else has marked it meanwhile.

    A visit of the same name that was made before this pregnancy or birth gives way to it.
    """
    hers = course_of(person.category, person.edd, person.child_dob)
    if hers is not None and done_on >= hers.began_on:
        connection.execute(
            delete(visits).where(
                visits.c.beneficiary_id == person.id,
                visits.c.visit == visit,
                visits.c.done_on < hers.began_on,
            )
        )
    row = {
        "id": uuid7(),
        "beneficiary_id": person.id,
        "visit": visit,
        "done_on": done_on,
        "updated_at": now(),
    }
    added = insert_new(connection, visits, [row]) > 0
    if added:
        changes = {"visit": (None, visit), "done_on": (None, done_on)}
        record(connection, "beneficiary.visit", person, changes)
    return added


def unmark(connection: Connection, person: Any, visit: str, done_on: date | None) -> None:
    """Takes back what was marked by mistake."""
    gone = delete(visits).where(visits.c.beneficiary_id == person.id, visits.c.visit == visit)
    if connection.execute(gone).rowcount:
        changes = {"visit": (visit, None), "done_on": (done_on, None)}
        record(connection, "beneficiary.visit_removed", person, changes)
