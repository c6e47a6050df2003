"""Tables as files to take away: the first as CSV, or all of them as the sheets of a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from flask import Response
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from gateway.console.kit.csv_files import csv_response
from gateway.core.spreadsheets import harmless

Form = Literal["csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TITLE = 31  # of a sheet
_NO_TITLE = str.maketrans("", "", "[]:*?/\\")


@dataclass(frozen=True)
class Sheet:
    """A title and headings in the reader's language, and the rows below them."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]


def table_response(form: Form, name: str, sheets: Sequence[Sheet]) -> Response:
    """`name`.csv of the first sheet, or `name`.xlsx of all."""
    if form == "csv":
        return csv_response(name, sheets[0].heading, sheets[0].rows)
    response = Response(_workbook(sheets), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    workbook = Workbook(write_only=True)
    for number, one in enumerate(sheets, 1):
        title = f"{number} {one.title.translate(_NO_TITLE)}"[:_LONGEST_TITLE]
        sheet = workbook.create_sheet(title)
        sheet.append([_cell(value) for value in one.heading])
        for row in one.rows:
            sheet.append([_cell(value) for value in row])
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(value: Any) -> Any:
    """Numbers as numbers; of text nothing that would run, or that no workbook holds."""
    return ILLEGAL_CHARACTERS_RE.sub("", harmless(value)) if isinstance(value, str) else value
