"""An empty file of each kind for people: a workbook with the headings, an example, and the words.

Its example row is left out by the import, wherever it stands: see `vocabulary.EXAMPLE`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gateway.core.programme import PROGRAMME
from gateway.registry.imports.examples import example
from gateway.registry.imports.vocabulary import EXAMPLE, FILES, LISTS, TITLES, WORDS

Words = Mapping[str, Sequence[str]]  # what a cell may hold -> the words that say the same

_LAO_FONT = "Phetsarath OT"  # the government's; a spreadsheet without it takes another
_HEAD = PatternFill("solid", fgColor="D8E9F1")
_SAMPLE = PatternFill("solid", fgColor="EEEEEE")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LAST_ROW = 1_048_576
_FIRST_ROW = 3  # below the headings in two languages
_TEXT, _DAY, _WHOLE = "@", "yyyy-mm-dd", "0"
_PLACES = frozenset({"province", "district"})
_DAYS = frozenset({"edd", "child_dob", "due_on", "done_on"})


def write_template(
    kind: str, today: date, file: IO[bytes], beside: Mapping[str, str] | None = None
) -> None:
    """Writes the workbook of a kind of `FILES`; its example is plausible as of `today`.

    `beside` says in the list of a code what it means, where no other word may stand for it.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet, lists = book.create_sheet(kind), book.create_sheet(LISTS)
    _head(sheet, kind)
    _sample(sheet, kind, today)
    for at, (column, words) in enumerate(words_of(kind, today).items()):
        where = _list(lists, at * 2 + 1, column, words, beside or {})
        allowed = DataValidation(
            "list",
            formula1=where,
            allow_blank=True,
            showErrorMessage=True,
            # A district may be a new one; any other word would be refused anyway.
            errorStyle="warning" if column in _PLACES else "stop",
        )
        letter = _letter(kind, column)
        allowed.add(f"{letter}{_FIRST_ROW}:{letter}{_LAST_ROW}")
        sheet.add_data_validation(allowed)
    sheet.freeze_panes = "B3"
    book.save(file)


def words_of(kind: str, today: date) -> dict[str, Words]:
    """{column: what it may hold}, of the columns whose values are known beforehand."""
    found: dict[str, Words] = {column: words for (of, column), words in WORDS.items() if of == kind}
    served = PROGRAMME.rules_on(today).districts
    if kind == "beneficiaries":
        found["province"] = {one.province: (one.province_latin,) for one in served}
        found["district"] = {one.name: (one.latin,) for one in served}
    if kind == "visits":
        found["visit"] = dict.fromkeys(sorted(PROGRAMME.visit_keys()), ())
    return found


def _letter(kind: str, column: str) -> str:
    return get_column_letter(FILES[kind].index(column) + 1)


def _head(sheet: Worksheet, kind: str) -> None:
    for at, column in enumerate(FILES[kind], 1):
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width = max(14, len(column) + 4)
        dimension.number_format = _format(column)
        for line, text in ((1, TITLES[column][0]), (2, column)):
            cell = _write(sheet, line, at, text)
            cell.font, cell.fill = Font(name=_LAO_FONT, bold=True), _HEAD


def _format(column: str) -> str:
    if column == "amount":
        return _WHOLE
    return _DAY if column in _DAYS else _TEXT


def _sample(sheet: Worksheet, kind: str, today: date) -> None:
    for at, (column, text) in enumerate(zip(FILES[kind], example(kind, today)[0], strict=True), 1):
        first_word = next(iter(WORDS.get((kind, column), {}).get(text, ())), text)
        cell = _write(sheet, _FIRST_ROW, at, EXAMPLE if at == 1 else first_word)
        cell.fill = _SAMPLE


def _list(sheet: Worksheet, at: int, column: str, words: Words, beside: Mapping[str, str]) -> str:
    """Writes a list in two columns, what people choose and what it means; returns its range."""
    for line, text in ((1, TITLES[column][0]), (2, column)):
        cell = _write(sheet, line, at, text)
        cell.font, cell.fill = Font(name=_LAO_FONT, bold=True), _HEAD
    for line, (code, said) in enumerate(words.items(), _FIRST_ROW):
        chosen, meaning = _pair(column, code, said)
        _write(sheet, line, at, chosen)
        _write(sheet, line, at + 1, beside.get(code, meaning))
    letter = get_column_letter(at)
    for one in (letter, get_column_letter(at + 1)):
        sheet.column_dimensions[one].width = 24
    return f"'{sheet.title}'!${letter}${_FIRST_ROW}:${letter}${_FIRST_ROW + len(words) - 1}"


def _pair(column: str, code: str, said: Sequence[str]) -> tuple[str, str]:
    """What people choose, what stands beside: a Lao word and its code, a place in two scripts."""
    first = said[0] if said else code
    return (code, first) if column in _PLACES else (first, code)


def _write(sheet: Worksheet, line: int, at: int, text: str) -> Any:
    cell = sheet.cell(line, at, text or None)
    cell.number_format = _TEXT
    cell.font, cell.alignment = Font(name=_LAO_FONT), _WRAPPED
    return cell
