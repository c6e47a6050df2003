"""From rows of text to records: the header names the columns, readers check each cell."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway.core.texts import _
from gateway.registry.imports.cells import MISSING, Reader
from gateway.registry.imports.report import CellError, RowError
from gateway.registry.imports.sheets import NOT_UTF8, Row

UNKNOWN_COLUMN = _("This column is not known.")
MISSING_COLUMN = _("This column is missing.")
COLUMN_TWICE = _("This column stands here twice.")
NO_HEADER = _("The file is empty.")
NO_COLUMN = _("A value stands under no column.")
FORMULA_ERROR = _("The cell holds the error of a formula.")

Record = dict[str, object]
Check = Callable[[Mapping[str, object]], Iterator[tuple[str, CellError]]]

_NOT_DECODED = re.compile("[\udc80-\udcff]")
_FORMULA_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}


@dataclass(frozen=True)
class Column:
    """Where a value is `needed`, `read` sees no empty text; an `optional` column may be absent."""

    read: Reader
    needed: bool = True
    optional: bool = False


def read_header(row: Row | None, columns: Mapping[str, Column]) -> tuple[str, ...] | list[RowError]:
    """The column names in the file's order, or what is wrong with them."""
    if row is None:
        return [RowError(1, "", NO_HEADER)]
    line, cells = row
    names = [cell.casefold() for cell in cells]
    if any(_NOT_DECODED.search(name) for name in names):
        return [RowError(line, "", NOT_UTF8)]
    counts = Counter(names)
    errors = [RowError(line, name, UNKNOWN_COLUMN) for name in counts if name not in columns]
    errors += [RowError(line, name, COLUMN_TWICE) for name in counts if counts[name] > 1]
    errors += [
        RowError(line, name, MISSING_COLUMN)
        for name, column in columns.items()
        if name not in counts and not column.optional
    ]
    return errors or tuple(names)


def read_record(
    row: Row, names: tuple[str, ...], columns: Mapping[str, Column], check: Check
) -> tuple[Record, list[RowError]]:
    """What could be read of a row (None for the rest), and everything that is wrong with it.

    `check` looks at the whole record, where each cell for itself is right.
    """
    line, cells = row
    record: Record = {"line": line, **dict.fromkeys(columns)}
    errors = [RowError(line, "", NO_COLUMN)] if any(cells[len(names) :]) else []
    cells = cells + [""] * (len(names) - len(cells))
    for name, text in zip(names, cells, strict=False):
        try:
            record[name] = _value(text, columns[name])
        except CellError as fault:
            errors.append(_error(line, name, fault))
    if not errors:
        errors = [_error(line, name, fault) for name, fault in check(record)]
    return record, errors


def _error(line: int, column: str, fault: CellError) -> RowError:
    return RowError(line, column, fault.reason, fault.params)


def _value(text: str, column: Column) -> object:
    if not text.isascii() and _NOT_DECODED.search(text):
        raise CellError(NOT_UTF8)
    if text in _FORMULA_ERRORS:
        raise CellError(FORMULA_ERROR)
    if text:
        return column.read(text)
    if column.needed:
        raise CellError(MISSING)
    return None
