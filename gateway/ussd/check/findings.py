"""What a check says: one sentence, which names the state and the language."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """`locale` is "" where the fault is none of a language; `over` tells how far from sound it is,
    to compare findings of one state and language (units, septets).
    """

    state: str
    problem: str
    locale: str = ""
    over: int = 0

    def __str__(self) -> str:
        place = f"{self.state} in {self.locale}" if self.locale else self.state
        return f"{place}: {self.problem}"


def worst(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for a state and a language, the worst; what is none of a language stays."""
    neutral: set[Finding] = set()
    by_place: dict[tuple[str, str], Finding] = {}
    for one in sorted(findings):
        place = (one.state, one.locale)
        if not one.locale:
            neutral.add(one)
        elif place not in by_place or one.over > by_place[place].over:
            by_place[place] = one
    found = neutral | {*by_place.values()}
    return sorted(found, key=lambda one: (one.state, one.locale, one.problem))
