"""From rows of text to records: the headings name the columns, readers check each cell."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gateway.core.texts import _
from gateway.registry.imports.cells import MISSING, Reader
from gateway.registry.imports.report import FORMULA_WITHOUT_VALUE, CellError, Row, RowError
from gateway.registry.imports.shown import shown, value_of
from gateway.registry.imports.signs import wrong_sign

NO_COLUMN = _("A value stands under no heading, in column %(letter)s.")
FORMULA_ERROR = _("The cell holds the error of a formula.")
FORMULA = _(
    "A formula without a value. In Excel copy the column and paste it as values, then save."
)

Record = dict[str, object]
Check = Callable[[Mapping[str, object]], Iterator[tuple[str, CellError]]]

_FORMULA_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"}
_QUOTED = re.compile('="(.*)"')  # how a CSV file keeps the zeros in front
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # how Excel's files write a sign that XML cannot
_LETTERS = 26
_REMEMBERED = 10_000  # values of a column


@dataclass(frozen=True)
class Column:
    """Where a value is `needed`, `read` sees no empty text; an `optional` column may be absent."""

    read: Reader
    needed: bool = True
    optional: bool = False

    @cached_property
    def value(self) -> Reader:
        """The value of a cell's text, None of an empty one. Most columns say little else again and
        again: what is right is remembered."""
        return lru_cache(maxsize=_REMEMBERED)(self._value)

    def _value(self, text: str) -> object:
        if "_x" in text:
            text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).strip()
        reason = wrong_sign(text)
        if reason:
            raise CellError(reason)
        if text[:1] in {"=", "#"}:
            text = _of_formula(text)
        if text:
            return self.read(text)
        if self.needed:
            raise CellError(MISSING)
        return None


def read_record(
    row: Row, names: tuple[str | None, ...], columns: Mapping[str, Column], check: Check
) -> tuple[Record, list[RowError]]:
    """What could be read of a row (None for the rest), and everything that is wrong with it.

    `check` looks at the whole record, where each cell for itself is right.
    """
    line, cells = row
    record: Record = {"line": line, **dict.fromkeys(columns)}
    errors: list[RowError] = []
    if len(cells) > len(names) or None in names:
        errors += _stray(line, cells, names)
    cells = cells + [""] * (len(names) - len(cells))
    texts = {name: text for name, text in zip(names, cells, strict=False) if name}
    for name, text in texts.items():
        try:
            record[name] = columns[name].value(text)
        except CellError as fault:
            errors.append(_error(line, name, fault, text))
    if not errors:
        errors = [_error(line, name, fault, texts.get(name, "")) for name, fault in check(record)]
    return record, errors


def _stray(line: int, cells: list[str], names: tuple[str | None, ...]) -> Iterator[RowError]:
    """Columns without a heading may be there, values in them may not."""
    for index, text in enumerate(cells):
        if text and (index >= len(names) or names[index] is None):
            params = {"letter": _letter(index)}
            yield RowError(line, "", NO_COLUMN, params, shown(text))


def _letter(index: int) -> str:
    """The letters over a column in Excel."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, _LETTERS)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def _error(line: int, column: str, fault: CellError, text: str) -> RowError:
    value = "" if text == FORMULA_WITHOUT_VALUE else value_of(column, text)
    return RowError(line, column, fault.reason, fault.params, value)


def _of_formula(text: str) -> str:
    if text in _FORMULA_ERRORS:
        raise CellError(FORMULA_ERROR)
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1].strip()
    if text == FORMULA_WITHOUT_VALUE:
        raise CellError(FORMULA)
    return text  # in a CSV file it is a text like any other: what leaves here runs nowhere
