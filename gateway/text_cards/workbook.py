"""The cards as an .xlsx that a reader fills in and sends back."""

from collections.abc import Mapping, Sequence
from typing import IO, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gateway.core.texts import _
from gateway.text_cards.cards import SMS, Card
from gateway.text_cards.columns import (
    FILLED,
    HEADINGS,
    LONGEST_ANSWER,
    RIGHT_SIGN,
    SHEET,
    WIDTHS,
)
from gateway.text_cards.lines import remark_text, room_lines, seen_text, where_line
from gateway.text_cards.placeholders import shown
from gateway.ussd.drawing import Gettext

LAO_FONT = "Phetsarath OT"  # the government's; a spreadsheet without it takes another
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TO_FILL = PatternFill("solid", fgColor="FFF7E0")
_HEAD = PatternFill("solid", fgColor="D8E9F1")
_HOW = (
    _("One line is one text. What stands first is read first."),
    _("Right as it is: write x. Not right: write how it is better, or say why not."),
    _("Words like [due_on] stay as they are: the phone puts a date, a place, an amount there."),
    _("Leave a line empty if you are not sure. Do not change the column with the key."),
)


def write_workbook(
    cards: Sequence[Card], file: IO[bytes], branches: Mapping[str, str], gettext: Gettext
) -> None:
    """Writes `cards` in their order, the headings in the language of `gettext`."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet(SHEET)
    for at, name in enumerate(HEADINGS, 1):
        _write(sheet, 1, at, gettext(HEADINGS[name]), bold=True).fill = _HEAD
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS[name]
    for line, card in enumerate(cards, 2):
        row = row_of(card, branches, gettext)
        for at, name in enumerate(HEADINGS, 1):
            cell = _write(sheet, line, at, row.get(name, ""))
            if name in FILLED:
                cell.protection, cell.fill = Protection(locked=False), _TO_FILL
    sheet.freeze_panes = "D2"
    _validate(sheet, len(cards) + 1, gettext)
    _protect(sheet)
    _explain(workbook.create_sheet(gettext(_("how"))), gettext)
    workbook.save(file)


def row_of(card: Card, branches: Mapping[str, str], gettext: Gettext) -> dict[str, str]:
    """{column: what is shown there}."""
    branch = "" if card.branch == SMS else branches.get(card.branch, "")
    return {
        "key": card.id,
        "where": where_line(card, branch, gettext),
        "screen": seen_text(card, "lo"),
        "lao": shown(card.texts["lo"]),
        "latin": shown(card.texts["lo_Latn"]),
        "english": shown(card.texts["en"]),
        "back": card.written.back,
        "remark": remark_text(card),
        "room": "\n".join(room_lines(card, "lo", gettext)),
    }


def _write(sheet: Worksheet, line: int, at: int, text: str, *, bold: bool = False) -> Cell:
    cell = cast("Cell", sheet.cell(line, at))
    if text:
        cell.value = text
        cell.data_type = "s"  # what looks like a formula is a text
    cell.font = Font(name=LAO_FONT, size=11, bold=bold)
    cell.alignment = _WRAPPED
    return cell


def _validate(sheet: Worksheet, last: int, gettext: Gettext) -> None:
    columns = {name: get_column_letter(at) for at, name in enumerate(HEADINGS, 1)}
    right = DataValidation("list", formula1=f'"{RIGHT_SIGN}"', allow_blank=True)
    right.showErrorMessage, right.error = True, gettext(_("Write x, or leave it empty."))
    right.add(f"{columns['right']}2:{columns['right']}{last}")
    length = DataValidation(
        "textLength", operator="lessThanOrEqual", formula1=str(LONGEST_ANSWER), allow_blank=True
    )
    length.showErrorMessage = True
    length.error = gettext(_("Use at most %(count)s characters.")) % {"count": LONGEST_ANSWER}
    length.add(f"{columns['better']}2:{columns['comment']}{last}")
    sheet.add_data_validation(right)
    sheet.add_data_validation(length)


def _protect(sheet: Worksheet) -> None:
    """Against slips, so without a password: columns may be widened and lines filtered."""
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.autoFilter = False


def _explain(sheet: Worksheet, gettext: Gettext) -> None:
    sheet.column_dimensions["A"].width = 100
    for line, said in enumerate(_HOW, 1):
        _write(sheet, line, 1, gettext(said))
