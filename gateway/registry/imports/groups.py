"""Equal faults told once: what is wrong, with which values, in which rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.core.texts import _
from gateway.registry.imports.headings import MISSING_COLUMN, UNKNOWN_COLUMN
from gateway.registry.imports.report import IN_COLUMN, IN_LINE, RowError

SEVERAL_IN_COLUMN = _("%(rows)s rows (lines %(line)s), %(column)s: %(reason)s")
SEVERAL_LINES = _("%(rows)s rows (lines %(line)s): %(reason)s")
WITH_VALUE = _("%(reason)s It says: %(values)s")

_LINES = 5  # that are named; the file has the others
_VALUES = 3
_OF_THE_FILE = {MISSING_COLUMN, UNKNOWN_COLUMN}  # each about another column, and one mistake

# By whether there are several rows, and whether it is about a column.
_SENTENCES = {
    (False, False): IN_LINE,
    (False, True): IN_COLUMN,
    (True, False): SEVERAL_LINES,
    (True, True): SEVERAL_IN_COLUMN,
}

Gettext = Callable[[str], str]


@dataclass(frozen=True)
class Group:
    """Faults of one kind: `lines` and `values` are the first of them, `rows` counts all."""

    column: str
    reason: str
    values: tuple[str, ...]
    lines: tuple[int, ...]
    rows: int
    more_values: bool = False

    def lines_text(self) -> str:
        """ "2, 3, 4 …" """
        listed = ", ".join(map(str, self.lines))
        return f"{listed} …" if self.rows > len(self.lines) else listed

    def values_text(self) -> str:
        """“enroled”, “activ” …"""
        listed = ", ".join(f"“{value}”" for value in self.values)
        return f"{listed} …" if self.more_values else listed


def grouped(errors: Iterable[RowError], gettext: Gettext) -> list[Group]:
    """In the order of their first lines. The same value again is the same mistake; values that
    come once each, with the same reason in the same column, are one as well."""
    listed = list(errors)
    by_value: dict[tuple[str, str, str], list[RowError]] = defaultdict(list)
    for error in listed:
        by_value[_key(error, gettext)].append(error)
    merged: dict[tuple[str, str, str], list[RowError]] = {}
    for (column, reason, value), alike in by_value.items():
        key = (column, reason, value if len(alike) > 1 else "")
        merged.setdefault(key, []).extend(alike)
    groups = [_group(reason, alike) for (_column, reason, _value), alike in merged.items()]
    return sorted(groups, key=lambda group: (group.lines, group.column))


def _key(error: RowError, gettext: Gettext) -> tuple[str, str, str]:
    column = "" if error.reason in _OF_THE_FILE else error.column
    return column, gettext(error.reason) % error.params, error.value


def _group(reason: str, alike: list[RowError]) -> Group:
    lines = sorted({error.line for error in alike})
    values = list(dict.fromkeys(error.value for error in alike if error.value))
    return Group(
        column=", ".join(dict.fromkeys(error.column for error in alike if error.column)),
        reason=reason,
        values=tuple(values[:_VALUES]),
        lines=tuple(lines[:_LINES]),
        rows=len(lines),
        more_values=len(values) > _VALUES,
    )


def tell(group: Group, gettext: Gettext) -> str:
    """The group as one line of text."""
    reason = group.reason
    if group.values:
        reason = gettext(WITH_VALUE) % {"reason": reason, "values": group.values_text()}
    params = {"line": group.lines_text(), "rows": group.rows, "column": group.column}
    sentence = gettext(_SENTENCES[group.rows > 1, bool(group.column)])
    return sentence % (params | {"reason": reason})
