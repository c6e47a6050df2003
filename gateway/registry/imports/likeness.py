"""How much two names look or sound alike, in Lao or in Latin letters."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from gateway.core.lao_text import compose
from gateway.registry.imports.cells import latin_of

# Spellings of the same sound, as Lao names are romanised by one hand and another.
_SOUNDS = (
    ("ph", "p"), ("th", "t"), ("kh", "k"), ("x", "s"), ("ch", "s"), ("w", "v"), ("r", "l"),
    ("ou", "u"), ("oo", "u"), ("eu", "u"), ("ae", "e"), ("ee", "i"), ("y", "i"), ("oa", "o"),
)  # fmt: skip
_HOPELESS = 0.5
_NO_LETTER = re.compile("[^a-z]+")
_TWICE = re.compile(r"(.)\1+")
_NOT_OF_A_NAME = re.compile("[\\s.,'\u2019()/_-]+")


@lru_cache(maxsize=20_000)
def sound(name: str) -> str:
    """The name by ear: "Phonkeo", "Ponekeo" and ໂພນແກ້ວ come close to each other."""
    text = _NO_LETTER.sub("", latin_of(name).casefold())
    for written, heard in _SOUNDS:
        text = text.replace(written, heard)
    return _TWICE.sub(r"\1", text)


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> float:
    """0 to 1: the better of what the eye and the ear say."""
    if one == other:
        return 1.0
    return max(_ratio(_look(one), _look(other)), _ratio(sound(one), sound(other)))


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


@lru_cache(maxsize=20_000)
def _look(name: str) -> str:
    return _NOT_OF_A_NAME.sub("", compose(name).casefold())


def _ratio(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Two cheap bounds first: most pairs are nothing like each other.
    if matcher.real_quick_ratio() < _HOPELESS or matcher.quick_ratio() < _HOPELESS:
        return 0.0
    return matcher.ratio()
