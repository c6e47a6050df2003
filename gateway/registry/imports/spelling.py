"""Spellings of a place that are certainly the same: with or without its kind, dots and blanks, in
Lao or in the Latin letters that are known of it."""

import re
from collections.abc import Iterable, Mapping

from gateway.core.lao_text import compose
from gateway.registry.imports.likeness import most_like

_KINDS: Mapping[str, tuple[str, ...]] = {
    "province": ("ແຂວງ", "ຂ.", "khoueng", "province"),
    "district": ("ເມືອງ", "ມ.", "muang", "mueang", "district"),
    "village": ("ບ້ານ", "ບ.", "ban", "village"),
    "health_centre": ("ສຸກສາລາ", "souksala", "health centre"),
    "pay_point": ("ບ້ານ", "ບ.", "ban"),
}
# A Latin kind stands apart from the name, a Lao one need not.
_PREFIX = {
    column: re.compile("|".join(rf"{re.escape(kind)}(?![a-z])\s*" for kind in kinds))
    for column, kinds in _KINDS.items()
}
_SILENT = re.compile("[ກ-ຮ]\u0ecc")
_BETWEEN = re.compile("[\\s.,:;'\u2019\"()/_-]+")
_ALIKE = 0.7  # a tone mark or two letters in seven
_MOST_LIKE = 5


def spelling(column: str, name: str) -> str:
    """The same for two spellings that are certainly of one place."""
    text = _SILENT.sub("", compose(name).casefold()).strip(" .")
    without_kind = _PREFIX[column].sub("", text, count=1) if _PREFIX[column].match(text) else text
    return _BETWEEN.sub("", without_kind) or _BETWEEN.sub("", text)


class Spellings:
    """Names of one kind of place, found by any spelling."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._names: dict[str, set[str]] = {}
        self._said: dict[str, str] = {}
        self._like_said: dict[str, set[str]] = {}

    def add(self, name: str, *others: str) -> None:
        """A name with what else it is written as."""
        for written in (name, *others):
            self._names.setdefault(spelling(self._column, written), set()).add(name)

    def means(self, said: str, name: str) -> None:
        """Somebody has said so: that settles what the letters leave open."""
        self._said[said] = name
        self._like_said.setdefault(spelling(self._column, said), set()).add(name)

    def find(self, name: str) -> str | None:
        """The one name that this is a spelling of; None where there is none, or several."""
        if name in self._said:
            return self._said[name]
        key = spelling(self._column, name)
        found = self._names.get(key) or self._like_said.get(key, set())
        return next(iter(found)) if len(found) == 1 else None

    def like(self, name: str) -> list[str]:
        """The names that look or sound most like it, the likest first."""
        known = self._like_said | self._names
        written = spelling(self._column, name)
        found = most_like(written, known, least=_ALIKE, most=_MOST_LIKE + 1)
        return [one for one in found if one != name][:_MOST_LIKE]


def spellings(
    column: str, known: Iterable[tuple[str, str]], said: Mapping[str, str] | None = None
) -> Spellings:
    """Of (name, name in Latin letters), and of {spelling: name} that somebody has said."""
    found = Spellings(column)
    for name, latin in known:
        found.add(name, latin)
    for written, name in (said or {}).items():
        found.means(written, name)
    return found
