"""How much two names look or sound alike, in Lao or in Latin letters."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from gateway.core.names import look, sound

_HOPELESS = 0.5


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> float:
    """0 to 1: the better of what the eye and the ear say."""
    if one == other:
        return 1.0
    return max(_ratio(look(one), look(other)), _ratio(sound(one), sound(other)))


def most_like(
    name: str, spelt: Mapping[str, Iterable[str]], *, least: float, most: int
) -> list[str]:
    """Of {spelling: names} the names that are at least so like `name`, the likest first."""
    best: dict[str, float] = {}
    for written, names in spelt.items():
        score = likeness(name, written)
        if score >= least:
            best.update({one: max(score, best.get(one, 0.0)) for one in names})
    return sorted(best, key=lambda one: (-best[one], one))[:most]


def _ratio(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Two cheap bounds first: most pairs are nothing like each other.
    if matcher.real_quick_ratio() < _HOPELESS or matcher.quick_ratio() < _HOPELESS:
        return 0.0
    return matcher.ratio()
