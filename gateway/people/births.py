"""A birth: the pregnancy's course ends, the child's begins; twins have visits each."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from gateway.core.children import MOST_CHILDREN
from gateway.core.health_schedule import GESTATION, course_of
from gateway.core.texts import _
from gateway.people.desk import Desk
from gateway.people.events import enter, hold_back
from gateway.people.faults import Fault, PersonError

NOT_PREGNANT = _("She is not on record as pregnant.")
HAS_ENDED = _("Her pregnancy is on record as ended: take that back first.")
BORN_TOMORROW = _("The day lies in the future.")
TOO_EARLY = _("That is too early for the birth expected on %(edd)s: from %(day)s on.")
TOO_LATE = _("That is too late for the birth expected on %(edd)s: until %(day)s.")
HOW_MANY = _("One child, or up to %(most)s.")

_YOUNGEST = timedelta(weeks=22)  # of a pregnancy, from which on it is a birth
_OVERDUE = timedelta(weeks=6)


def plausible_days(edd: date) -> tuple[date, date]:
    """The first and the last day on which a child expected on `edd` can be born."""
    return edd - GESTATION + _YOUNGEST, edd + _OVERDUE


def is_pregnant(person: Any) -> bool:
    hers = course_of(person.category, person.edd, person.child_dob)
    return hers is not None and hers.antenatal


def no_birth(person: Any) -> str | None:
    """Why none can be entered of her, on whatever day: a msgid."""
    if not is_pregnant(person):
        return NOT_PREGNANT
    ended = person.course_ended_at is not None and person.course_ended_reason != "asked"
    return HAS_ENDED if ended else None


def enter_birth(
    connection: Connection, person: Any, born_on: date, children: int, desk: Desk
) -> int:
    """Enters it; how many SMS of the pregnancy were waiting and will not go out.

    `person` is her row, locked. Her visits stay on record; payments are not touched. Whoever
    stopped health messages herself gets none of the child's either. Raises PersonError and changes
    nothing where it cannot be. A file that still says "pregnant" does not undo it.
    """
    faults = _faults(person, born_on, children, desk.today)
    if faults:
        raise PersonError(*faults)
    values = {
        "category": "child",
        "child_dob": born_on,
        "children": list(range(1, children + 1)) if children > 1 else None,
        "set_here": sorted({*person.set_here, "category", "child_dob"}),
    }
    event_id = enter(connection, person, "birth", values, desk)
    held_back = hold_back(
        connection, person.id, ["health"], reason="no_longer_due", event_id=event_id, desk=desk
    )
    changes = {"born_on": (None, born_on), "children": (None, children)}
    desk.record(connection, "beneficiary.birth", person.id, person.district_id, changes)
    return held_back


def _faults(person: Any, born_on: date, children: int, today: date) -> list[Fault]:
    why_not = no_birth(person)
    if why_not is not None:
        return [Fault(why_not)]
    first, last = plausible_days(person.edd)
    edd = person.edd
    findings = (
        (born_on > today, Fault(BORN_TOMORROW, "born_on")),
        (born_on < first, Fault(TOO_EARLY, "born_on", {"edd": edd, "day": first})),
        (born_on > last, Fault(TOO_LATE, "born_on", {"edd": edd, "day": last})),
        (not 1 <= children <= MOST_CHILDREN,
         Fault(HOW_MANY, "children", {"most": MOST_CHILDREN})),
    )  # fmt: skip
    return [fault for found, fault in findings if found]
