"""Health visits that were made, marked for a woman, or for one or all of her twins."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete
from uuid_utils.compat import uuid7

from gateway.core.health_schedule import course_of
from gateway.people.desk import Desk
from gateway.registry.bulk import insert_new
from gateway.registry.tables import visits


def mark(
    connection: Connection,
    person: Any,
    visit: str,
    done_on: date,
    *,
    children: Sequence[int],
    desk: Desk,
) -> bool:
    """Of the numbers `children`; False where somebody else has marked it of all of them meanwhile.

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
    rows = [
        {
            "id": uuid7(),
            "beneficiary_id": person.id,
            "visit": visit,
            "child": child,
            "done_on": done_on,
            "updated_at": desk.now,
        }
        for child in children
    ]
    added = insert_new(connection, visits, rows) > 0
    if added:
        changes: dict[str, tuple[Any, Any]] = {"visit": (None, visit), "done_on": (None, done_on)}
        if person.children:
            changes["child"] = (None, ", ".join(map(str, children)))
        desk.record(connection, "beneficiary.visit", person.id, person.district_id, changes)
    return added


def unmark(
    connection: Connection,
    person: Any,
    visit: str,
    done_on: date | None,
    *,
    children: Sequence[int],
    desk: Desk,
) -> None:
    """Takes back what was marked by mistake, of the numbers `children`."""
    gone = delete(visits).where(
        visits.c.beneficiary_id == person.id,
        visits.c.visit == visit,
        visits.c.child.in_(children),
    )
    if connection.execute(gone).rowcount:
        changes = {"visit": (visit, None), "done_on": (done_on, None)}
        desk.record(connection, "beneficiary.visit_removed", person.id, person.district_id, changes)
