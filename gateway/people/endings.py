"""A loss, a death, a move: what ends with it ends at once, and whoever is gone leaves audiences."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.core.children import living
from gateway.core.texts import _
from gateway.people.births import is_pregnant
from gateway.people.desk import Desk
from gateway.people.events import EventKind, enter, hold_back
from gateway.people.faults import Fault, PersonError
from gateway.registry.choices import CourseEnd

CHOOSE = _("Choose what happened.")
NO_CHILD = _("She is on record as pregnant: no child is known that could have died.")
NO_PREGNANCY = _("She is not on record as pregnant.")
ENTERED_BEFORE = _("This has been entered already: see below.")
WHICH_CHILD = _("Choose which child it was.")

# Staff enter these; what has a higher rank may still follow what has a lower one.
ENDINGS: tuple[CourseEnd, ...] = (
    "pregnancy_ended", "child_died", "moved", "mother_died", "other"
)  # fmt: skip
_RANK: Mapping[CourseEnd, int] = {
    "asked": 0, "other": 1, "pregnancy_ended": 1, "child_died": 1, "moved": 2, "mother_died": 3,
}  # fmt: skip


def endings_of(person: Any) -> tuple[CourseEnd, ...]:
    """What may still be entered of her."""
    before = _RANK[person.course_ended_reason] if person.course_ended_at is not None else -1
    wrong = "child_died" if is_pregnant(person) else "pregnancy_ended"
    return tuple(one for one in ENDINGS if _RANK[one] > before and one != wrong)


def end(
    connection: Connection,
    person: Any,
    what: CourseEnd,
    *,
    child: int | None = None,
    grant_ends: bool = False,
    note: str | None = None,
    desk: Desk,
) -> int:
    """Enters it; how many SMS were waiting and will not go out.

    `person` is her row, locked. Of twins `child` is the number of the one who died: the other's
    course goes on. After the mother's death nothing is sent for her any more, whatever it is; with
    `grant_ends` her status is "exited" as well, and no reminder of a payday goes out. Raises
    PersonError and changes nothing where it cannot be.
    """
    if what not in endings_of(person):
        raise PersonError(Fault(_why_not(person, what), "course_end"))
    numbers = living(person.category, person.children)
    if child is not None and (what != "child_died" or child not in numbers):
        raise PersonError(Fault(WHICH_CHILD, "child"))
    if child is not None and len(numbers) > 1:
        return _one_of_twins(connection, person, child, note, desk)
    values: dict[str, Any] = {
        "course_ended_at": desk.now,
        "course_ended_reason": what,
        "set_here": sorted({*person.set_here, "course"}),
    }
    exits = grant_ends and person.status not in {"exited", "rejected"}
    if exits:
        values |= {"status": "exited", "status_before": person.status_before or person.status}
    kind: EventKind = "other" if what == "asked" else what
    event_id = enter(connection, person, kind, values, desk)
    count = 0
    for reason, categories in _held_back(what, exits=exits).items():
        count += hold_back(
            connection, person.id, categories, reason=reason, event_id=event_id, desk=desk
        )
    changes: dict[str, tuple[Any, Any]] = {"course": (person.course_ended_reason, what)}
    if exits:
        changes["status"] = (person.status, "exited")
    _record(connection, person, changes, note, desk)
    return count


def _held_back(what: CourseEnd, *, exits: bool) -> Mapping[str, list[str]]:
    """Categories of messages by the reason for which they do not go out."""
    if what == "mother_died":
        return {"died": ["payment", "health", "broadcast"]}
    found = {"course_ended": ["health"]}
    if exits:
        found["not_eligible"] = ["payment"]
    if what == "moved":
        found["not_in_audience"] = ["broadcast"]
    return found


def _one_of_twins(
    connection: Connection, person: Any, child: int, note: str | None, desk: Desk
) -> int:
    """What the other still needs goes out."""
    left = [one for one in living(person.category, person.children) if one != child]
    enter(connection, person, "one_child_died", {"children": left}, desk)
    _record(connection, person, {"course": (None, "one_child_died")}, note, desk)
    return 0


def _record(
    connection: Connection,
    person: Any,
    changes: Mapping[str, tuple[Any, Any]],
    note: str | None,
    desk: Desk,
) -> None:
    said = {"reason": (None, note)} if note else {}
    desk.record(
        connection, "beneficiary.end_course", person.id, person.district_id, {**changes, **said}
    )


def _why_not(person: Any, what: str) -> str:
    if what not in ENDINGS:
        return CHOOSE
    if what == "child_died" and is_pregnant(person):
        return NO_CHILD
    if what == "pregnancy_ended" and not is_pregnant(person):
        return NO_PREGNANCY
    return ENTERED_BEFORE
