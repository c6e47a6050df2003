"""A registry's record as a row of texts by the import's columns, as a connection maps it.

A column is one path or several with blanks between, whose texts are joined: "name.given_name
name.surname". A step of a path is a field; of a list it takes the first entry, or the one that
`[field=value]` names: "identifier[identifier_type=UIN].identifier_value".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.dci.moments import day_of

DATES = frozenset({"edd", "child_dob", "due_on", "done_on"})
LONGEST_TEXT = 500

_STEP = re.compile(r"([^.\[\]]+)(?:\[([^=\]]+)=([^\]]+)\])?(?:\.|$)")


class MappingError(ValueError):
    """A path that is none, or a value that cannot stand in its column; names the column."""


@dataclass(frozen=True, slots=True)
class _Step:
    field: str
    key: str = ""
    wanted: str = ""


Path = tuple[_Step, ...]


@dataclass(frozen=True)
class RecordMap:
    """`columns` are paths, `values` what a text means in a column, `constants` stand in every row
    where the record says nothing."""

    columns: Mapping[str, tuple[Path, ...]]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]

    @property
    def names(self) -> frozenset[str]:
        """The columns that its rows speak of."""
        return frozenset(self.columns) | frozenset(self.constants)

    def row_of(self, record: Mapping[str, object]) -> dict[str, str]:
        """The texts of one record. Raises MappingError for an ambiguous date."""
        row = dict(self.constants)
        for column, paths in self.columns.items():
            parts = [part for path in paths if (part := text_at(record, path))]
            text = " ".join(parts)[:LONGEST_TEXT]
            text = self.values.get(column, {}).get(text, text)
            if text or column not in row:
                row[column] = _day(column, text) if column in DATES else text
        return row


def record_map(
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    constants: Mapping[str, str],
) -> RecordMap:
    """Raises MappingError for a path that is none."""
    paths = {
        name: tuple(path_of(name, one) for one in text.split()) for name, text in columns.items()
    }
    return RecordMap(paths, values, constants)


def path_of(column: str, text: str) -> Path:
    """Raises MappingError naming `column`."""
    steps, at = [], 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise MappingError(f"{column}: {text[:60]!r} is no path to a field")
        steps.append(_Step(found[1], found[2] or "", found[3] or ""))
        at = found.end()
    return tuple(steps)


def text_at(record: Mapping[str, object], path: Path) -> str:
    """What stands there, "" where nothing does."""
    return _text(_at(record, path))


def _at(value: object, path: Path) -> object:
    for step in path:
        value = _one_of(value)
        if not isinstance(value, Mapping):
            return None
        value = value.get(step.field)
        if step.key:
            listed = value if isinstance(value, list) else [value]
            fitting = (one for one in listed if _is(one, step))
            value = next(fitting, None)
    return _one_of(value)


def _one_of(value: object) -> object:
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _is(one: object, step: _Step) -> bool:
    return isinstance(one, Mapping) and str(one.get(step.key)) == step.wanted


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _day(column: str, text: str) -> str:
    if not text:
        return ""
    try:
        return day_of(text).isoformat()
    except ValueError as error:
        raise MappingError(f"{column}: {error}") from None
