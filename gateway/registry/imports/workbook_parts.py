"""What is inside an .xlsx, counted while it streams by: before any of it is held, and in the time
it takes to read it once. What is out of bounds raises SheetError."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from gateway.core.texts import _
from gateway.registry.imports import limits
from gateway.registry.imports.report import SheetError

NOT_XLSX = _("This is not a usable .xlsx workbook. Save it as .xlsx, without a password.")
TOO_LARGE = _("Unpacked, the file is larger than %(megabytes)s MB.")
TOO_MANY_ROWS = _("The file has more rows than Excel allows: %(most)s.")
TOO_MANY_CELLS = _("The sheet has too many cells: copy the rows that count into an empty one.")
TOO_MANY_FORMULAS = _("Too many formulas have no value: open the file in Excel and save it again.")

_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW, _CELL, _FORMULA, _VALUE = (f"{_NAMESPACE} {name}" for name in ("row", "c", "f", "v"))
_STRING = f"{_NAMESPACE} si"
_SHEET_ROOT, _STRINGS_ROOT = f"{_NAMESPACE} worksheet", f"{_NAMESPACE} sst"
_MEGABYTE = 1024**2
_A_PIECE = 64 * 1024
_NOT_READ = ("xl/media/", "xl/embeddings/", "docProps/thumbnail", "xl/vbaProject.bin")
_MOST_PER_CELL = 8  # elements, rich text aside
_MOST_ASIDE = 500_000  # elements outside of rows: merged cells, rules of formatting
_A = ord("A") - 1

Beat = Callable[[], None]


@dataclass
class Contents:
    """What a sheet holds: rows that are hidden, and the columns of formulas without a value in
    each row that has some. `width` is the last column with a cell, of those looked at."""

    width: int = 1
    hidden_rows: int = 0
    first_hidden: int = 0
    formulas: dict[int, list[int]] = field(default_factory=dict)


def check_parts(archive: zipfile.ZipFile, beat: Beat) -> dict[str, Contents]:
    """Refuses what unpacks to too much, from the directory; then counts through what is too large
    to be read in one piece. Python unpacks no more of an entry than the directory says."""
    counted: dict[str, Contents] = {}
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    if size > limits.LARGEST or len(parts) > limits.MOST_PARTS:
        raise too_large(limits.LARGEST)
    for part in parts:
        if part.filename.startswith(_NOT_READ):
            continue
        if part.file_size > max(limits.SMALL_PART, part.compress_size * limits.LARGEST_RATIO):
            raise too_large(part.compress_size * limits.LARGEST_RATIO)
        if part.file_size > limits.LARGEST_PART:
            counted[part.filename] = read_part(archive, part.filename, beat)
    return counted


def too_large(size: int) -> SheetError:
    return SheetError(1, TOO_LARGE, megabytes=max(size // _MEGABYTE, 1))


def read_part(archive: zipfile.ZipFile, name: str, beat: Beat) -> Contents:
    """Counts through a sheet, the shared strings, or whatever else is small enough."""
    size = archive.getinfo(name).file_size
    counter = _Counter(size)
    for piece in _pieces(archive, name):
        beat()
        try:
            counter.parser.Parse(piece, not piece)
        except (expat.ExpatError, ValueError):
            raise SheetError(max(counter.row, 1), NOT_XLSX) from None
    return counter.contents


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while piece := part.read(_A_PIECE):
            yield piece
        yield b""


class _Counter:
    """Handlers of expat. A row, a cell and a string are each bounded by what Excel allows."""

    def __init__(self, size: int) -> None:
        self.contents = Contents()
        self.row = 0
        self._size = size
        self._root = ""
        self._cells = self._in_row = self._column = self._strings = self._formulas = 0
        self._elements = self._aside = self._length = 0
        self._formula = self._valued = self._in_value = False
        self._in_sheet_row = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_args: object) -> None:
        raise ValueError  # no workbook has one, entities would come with it

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL and self._in_sheet_row:
            self._start_cell(attributes)
        elif name == _ROW:
            self._start_row(attributes)
        elif name == _FORMULA:
            self._formula = True
        elif name == _VALUE:
            self._in_value = True
        elif name == _STRING:
            self._start_string()
        elif not self._root:
            self._start_part(name)
        self._elements += 1
        if self._elements > self._most_elements():
            raise SheetError(max(self.row, 1), TOO_MANY_CELLS)

    def _most_elements(self) -> int:
        if self._in_sheet_row:
            return limits.MOST_IN_A_ROW * _MOST_PER_CELL
        return _MOST_ASIDE if self._root == _SHEET_ROOT else limits.MOST_IN_A_ROW * _MOST_PER_CELL

    def _start_part(self, name: str) -> None:
        self._root = name
        most = {_SHEET_ROOT: limits.LARGEST, _STRINGS_ROOT: limits.LARGEST_STRINGS}
        allowed = most.get(name, limits.LARGEST_PART)
        if self._size > allowed:
            raise too_large(allowed)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if row <= self.row:
            raise ValueError
        if row > limits.MOST_ROWS:
            raise SheetError(self.row + 1, TOO_MANY_ROWS, most=limits.MOST_ROWS)
        self.row, self._in_row, self._column = row, 0, 0
        self._aside, self._elements, self._in_sheet_row = self._elements, 0, True
        if attributes.get("hidden") in {"1", "true"}:
            self.contents.hidden_rows += 1
            self.contents.first_hidden = self.contents.first_hidden or row

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        self._in_row += 1
        if self._cells > limits.MOST_CELLS or self._in_row > limits.MOST_IN_A_ROW:
            raise SheetError(self.row, TOO_MANY_CELLS)
        self._length = 0
        self._formula = False
        self._valued = attributes.get("t") == "str"  # a formula's empty text is a value
        at = attributes.get("r")
        self._column = _column(at) if at else self._column + 1
        if self.contents.width < self._column:
            self.contents.width = min(self._column, limits.MOST_COLUMNS)

    def _start_string(self) -> None:
        self._strings += 1
        self._length = self._elements = 0
        if self._strings > limits.MOST_STRINGS:
            raise SheetError(1, TOO_MANY_CELLS)

    def _text(self, data: str) -> None:
        self._length += len(data)
        held = self._in_sheet_row or self._root == _STRINGS_ROOT
        if held and self._length > limits.MOST_IN_A_CELL:
            raise SheetError(max(self.row, 1), TOO_MANY_CELLS)
        self._valued = self._valued or self._in_value

    def _end(self, name: str) -> None:
        if name == _VALUE:
            self._in_value = False
        elif name == _CELL and self._formula and not self._valued:
            self._note_formula()
        elif name == _ROW:
            self._elements, self._length, self._in_sheet_row = self._aside, 0, False

    def _note_formula(self) -> None:
        if self._column <= limits.MOST_COLUMNS:
            self.contents.formulas.setdefault(self.row, []).append(self._column)
            self._formulas += 1
        if self._formulas > limits.MOST_FAULTS:
            raise SheetError(self.row, TOO_MANY_FORMULAS)


def _column(reference: str) -> int:
    """The number of a cell's column: 3 for "C7"."""
    column = 0
    for char in reference[:3]:
        if not "A" <= char <= "Z":
            break
        column = column * 26 + ord(char) - _A
    return column
