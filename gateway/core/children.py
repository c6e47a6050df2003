"""The children of one birth: twins share a mother, a day of birth and a schedule, each has visits.

They are numbered from 1. A row of the registry with one child says nothing of numbers.
"""

from collections.abc import Iterable, Sequence
from datetime import date

ONLY_CHILD = (1,)
MOST_CHILDREN = 4  # of one birth

VisitOfChild = tuple[int, str, date]  # the child's number, the visit, the day


def living(category: str, children: Sequence[int] | None) -> tuple[int, ...]:
    """The numbers of the children whose visits count; in a pregnancy visits are the mother's."""
    return tuple(children) if category == "child" and children else ONLY_CHILD


def made_for_all(visits: Iterable[VisitOfChild], numbers: Sequence[int]) -> dict[str, date]:
    """{visit: day} of the visits that every child of `numbers` has had; the day is the last one's.

    What one of twins still misses is due: one SMS, one line on the screen, for both.
    """
    days: dict[str, dict[int, date]] = {}
    for child, visit, done_on in visits:
        if child in numbers:
            days.setdefault(visit, {})[child] = done_on
    return {
        visit: max(of_child.values())
        for visit, of_child in days.items()
        if len(of_child) == len(numbers)
    }
