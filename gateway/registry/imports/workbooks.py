"""Rows out of an Excel workbook: of the first visible sheet that has a row of headings."""

import warnings
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from gateway.registry.imports import limits
from gateway.registry.imports.report import FORMULA_WITHOUT_VALUE, Row, SheetError
from gateway.registry.imports.text_files import Fit
from gateway.registry.imports.vocabulary import LISTS
from gateway.registry.imports.workbook_parts import (
    NOT_XLSX,
    Beat,
    Contents,
    check_parts,
    read_part,
)

HEADINGS = 10  # rows among which the headings are
_A_HEADING = 2  # known columns make a row one of headings


@dataclass(frozen=True)
class Sheet:
    """The rows of a file; of a workbook also its sheet's `name`, where there are `others`."""

    rows: Iterator[Row]
    name: str = ""
    others: bool = False
    hidden_rows: int = 0
    first_hidden: int = 0


def open_workbook(file: IO[bytes], fit: Fit, beat: Beat) -> Sheet:
    """The sheet to read; `fit` tells how many headings a row has. Raises SheetError."""
    try:
        archive = zipfile.ZipFile(file)
        counted = check_parts(archive, beat)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations that are not read
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except SheetError:
        raise
    except Exception:
        raise SheetError(1, NOT_XLSX) from None
    return _first_with_headings(
        workbook, fit, beat, lambda sheet: _contents(archive, sheet, counted, beat)
    )


def _first_with_headings(
    workbook: Any, fit: Fit, beat: Beat, contents_of: Callable[[Any], Contents]
) -> Sheet:
    sheets = workbook.worksheets
    others = sum(sheet.title != LISTS for sheet in sheets) > 1
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    best, found = -1, Sheet(iter(()))
    for sheet in visible[: limits.MOST_SHEETS]:
        contents = contents_of(sheet)
        likeness = max(
            (fit(cells) for _line, cells in islice(_rows(sheet, contents), HEADINGS)), default=0
        )
        if likeness > best:
            best = likeness
            found = Sheet(
                _rows(sheet, contents, beat), sheet.title, others,
                contents.hidden_rows, contents.first_hidden,
            )  # fmt: skip
        if likeness >= _A_HEADING:
            break
    return found


def _contents(
    archive: zipfile.ZipFile, sheet: Any, counted: Mapping[str, Contents], beat: Beat
) -> Contents:
    name = sheet._worksheet_path
    try:
        return counted[name] if name in counted else read_part(archive, name, beat)
    except (KeyError, zipfile.BadZipFile, EOFError, OSError):
        raise SheetError(1, NOT_XLSX) from None


def _rows(sheet: Any, contents: Contents, beat: Beat = lambda: None) -> Iterator[Row]:
    """Columns beyond MOST_COLUMNS are not looked at."""
    with warnings.catch_warnings(), closing(_values(sheet, contents.width)) as rows:
        warnings.simplefilter("ignore")
        line = 0
        while True:
            beat()
            try:
                values = next(rows, None)
            except Exception:
                raise SheetError(line + 1, NOT_XLSX) from None
            if values is None:
                return
            line += 1
            if values.count(None) == len(values) and line not in contents.formulas:
                continue  # of a sheet with a cell far below, a million
            cells = _without_end([_text(value) for value in values])
            if line in contents.formulas:
                _note(cells, contents.formulas[line])
            yield line, cells


def _values(sheet: Any, width: int) -> Generator[tuple[Any, ...], None, None]:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    yield from sheet.iter_rows(values_only=True, max_col=width)


def _without_end(cells: list[str]) -> list[str]:
    """Rows come as wide as the widest may be."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _note(cells: list[str], formulas: list[int]) -> None:
    cells += [""] * (max(formulas) - len(cells))
    for column in formulas:
        cells[column - 1] = FORMULA_WITHOUT_VALUE


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
