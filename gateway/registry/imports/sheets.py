"""Rows of text out of a file, one after the other, whatever it is; no file is held in memory."""

from collections.abc import Iterator
from typing import IO

from gateway.registry.imports.json_lines import is_ndjson, json_rows
from gateway.registry.imports.limits import LARGEST, MOST_ROWS
from gateway.registry.imports.report import Row, SheetError
from gateway.registry.imports.text_files import NOT_CSV, NOT_UTF8, Fit, text_rows
from gateway.registry.imports.workbook_parts import (
    NOT_XLSX,
    TOO_LARGE,
    TOO_MANY_ROWS,
    Beat,
    too_large,
)
from gateway.registry.imports.workbooks import Sheet, open_workbook

__all__ = [
    "LARGEST",
    "NOT_CSV",
    "NOT_UTF8",
    "NOT_XLSX",
    "TOO_LARGE",
    "TOO_MANY_ROWS",
    "Row",
    "Sheet",
    "SheetError",
    "open_sheet",
]

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and every workbook with a password
_ROWS_A_BEAT = 256


def open_sheet(file: IO[bytes], fit: Fit, beat: Beat = lambda: None) -> Sheet:
    """The rows of a file that are not empty: line, counted from 1, and cells, trimmed.

    What the file is, is read from its first bytes, not from its name. `fit` tells how many known
    headings a row has; `beat` is called again and again, and may raise to end the reading.
    Raises SheetError, also while the rows are read.
    """
    file.seek(0)
    start = file.read(4)
    size = file.seek(0, 2)
    file.seek(0)
    if start == _OLD_EXCEL:
        raise SheetError(1, NOT_XLSX)
    if size > LARGEST:
        raise too_large(LARGEST)
    sheet = _opened(file, start, fit, beat)
    return Sheet(
        bounded(sheet.rows, beat), sheet.name, sheet.others, sheet.hidden_rows, sheet.first_hidden
    )


def _opened(file: IO[bytes], start: bytes, fit: Fit, beat: Beat) -> Sheet:
    if start == _ZIP:
        return open_workbook(file, fit, beat)
    return Sheet(json_rows(file) if is_ndjson(start) else text_rows(file, fit))


def bounded(rows: Iterator[Row], beat: Beat) -> Iterator[Row]:
    """Those that are not empty, as far as there may be rows; raises SheetError."""
    for line, cells in rows:
        if line > MOST_ROWS:
            raise SheetError(line, TOO_MANY_ROWS, most=MOST_ROWS)
        if line % _ROWS_A_BEAT == 0:
            beat()
        if any(cells):
            yield line, cells
