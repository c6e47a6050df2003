"""Rows of text out of a CSV or an Excel file, one after the other; no file is held in memory."""

import csv
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook

from gateway.core.texts import _
from gateway.registry.imports.report import RowError

LARGEST = 200 * 1024 * 1024  # bytes, unpacked
MOST_COLUMNS = 100

NOT_UTF8 = _("This is not UTF-8 text. Save the file as CSV UTF-8.")
NOT_CSV = _("From here on this is not CSV: look for a quotation mark that is never closed.")
NOT_XLSX = _("This is not a usable .xlsx workbook. Save it as .xlsx, without a password.")
TOO_LARGE = _("Unpacked, the file is larger than %(megabytes)s MB.")

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and every workbook with a password
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_A_PIECE = 1024 * 1024

Row = tuple[int, list[str]]


class SheetError(Exception):
    """The file cannot be read, or not beyond a line; `error` says which."""

    def __init__(self, line: int, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.error = RowError(line, "", reason, params)


def rows_of(path: Path) -> Iterator[Row]:
    """Each row that is not empty: its line, counted from 1, and its cells, trimmed.

    What the file is, is read from its first bytes, not from its name. Bytes that are not UTF-8
    come as lone surrogates, for the caller to refuse. Raises SheetError.
    """
    with path.open("rb") as file:
        start = file.read(4)
        size = file.seek(0, 2)
        file.seek(0)
        if start == _OLD_EXCEL:
            raise SheetError(1, NOT_XLSX)
        if start[:2] in _UTF16:
            raise SheetError(1, NOT_UTF8)
        if size > LARGEST:
            raise SheetError(1, TOO_LARGE, megabytes=LARGEST // 1024**2)
        rows = _xlsx_rows(file) if start == _ZIP else _csv_rows(file)
        for line, cells in rows:
            if any(cells):
                yield line, cells


def _csv_rows(file: IO[bytes]) -> Iterator[Row]:
    reader = csv.reader(_decoded(file), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise SheetError(line, NOT_CSV) from None


def _decoded(file: IO[bytes]) -> Iterator[str]:
    """Lines in pieces of at most a megabyte: a file without line ends must not fill the memory."""
    encoding = "utf-8-sig"
    while piece := file.readline(_A_PIECE):
        yield piece.decode(encoding, "surrogateescape")
        encoding = "utf-8"


def _xlsx_rows(file: IO[bytes]) -> Iterator[Row]:
    _check_size(file)
    rows = _values(file)
    line = 0
    while True:
        try:
            values = next(rows, None)
        except Exception:
            raise SheetError(line + 1, NOT_XLSX) from None
        if values is None:
            return
        line += 1
        yield line, _without_end([_text(value) for value in values])


def _without_end(cells: list[str]) -> list[str]:
    """Rows come as wide as the widest may be."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _check_size(file: IO[bytes]) -> None:
    """Before anything is unpacked. Python reads no more of an entry than the directory says."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise SheetError(1, NOT_XLSX) from None
    if size > LARGEST:
        raise SheetError(1, TOO_LARGE, megabytes=LARGEST // 1024**2)


def _values(file: IO[bytes]) -> Iterator[Iterable[Any]]:
    """The cells of the first sheet; columns beyond MOST_COLUMNS are not looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and validations that are not read
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            sheet: Any = workbook.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            yield from sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
        finally:
            workbook.close()


def _text(value: object) -> str:
    """A cell as one would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
