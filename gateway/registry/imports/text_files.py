"""Rows out of text: commas, semicolons or tabs; UTF-8 or UTF-16; whatever ends the lines."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO

from gateway.core.texts import _
from gateway.registry.imports.report import Row, SheetError

NOT_UTF8 = _("This is not UTF-8 text. Save the file as CSV UTF-8.")
NOT_CSV = _("From here on this is not CSV: look for a quotation mark that is never closed.")

Fit = Callable[[list[str]], int]

_A_PIECE = 1024 * 1024  # characters; neither a line nor a row is longer
_SAMPLE = 64 * 1024  # characters
_SAMPLE_LINES = 20
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*')  # Excel's own, in a first line
_BLANK = "\0"  # a file padded to a block's end has rows of nothing else
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def text_rows(file: IO[bytes], fit: Fit) -> Iterator[Row]:
    """Each row with the line it starts in; `fit` tells how much a row is like the headings.

    Bytes that are not UTF-8 come as lone surrogates, halves of UTF-16 as U+FFFD, for the caller
    to refuse. Raises SheetError.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=_separator(lines, fit), strict=True)
    line = 1
    try:
        for cells in reader:
            lines.end_row()
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise SheetError(line, NOT_CSV) from None
    finally:
        lines.detach()


class _Lines:
    """Lines, the first of them held as `sample`; a row without end is refused, not held."""

    def __init__(self, file: IO[bytes]) -> None:
        encoding, errors = _encoding(file)
        self._text = io.TextIOWrapper(file, encoding, errors, newline=None)
        self.sample: list[str] = []
        length = 0
        while length < _SAMPLE and len(self.sample) < _SAMPLE_LINES:
            if not (piece := self._text.readline(_A_PIECE)):
                break
            self.sample.append(piece)
            length += len(piece)
        if self.sample:
            self.sample[0] = self.sample[0].lstrip("\ufeff")
        self._lines = chain(self.sample, iter(lambda: self._text.readline(_A_PIECE), ""))
        self._line = self._pending = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = next(self._lines, None)
        if piece is None:
            raise StopIteration
        self._pending += len(piece)
        if self._pending > _A_PIECE:
            raise csv.Error
        blank = _BLANK in piece and not piece.strip(f"{_BLANK}\n")
        return "\n" if blank else piece

    def detach(self) -> None:
        """The file is its opener's to close."""
        self._text.detach()

    def end_row(self) -> None:
        self._pending = 0


def _encoding(file: IO[bytes]) -> tuple[str, str]:
    """(encoding, what to do about bytes that are not of it). Text in Lao or ASCII is full of one
    byte in UTF-16 and has no NUL in UTF-8."""
    start = file.read(4096)
    file.seek(0)
    if start[:2] in _BOMS:
        return _BOMS[start[:2]], "replace"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 8 > len(start) and min(even, odd) * 8 < max(even, odd):
        return ("utf-16-le" if odd > even else "utf-16-be"), "replace"
    return "utf-8", "surrogateescape"


def _separator(lines: _Lines, fit: Fit) -> str:
    """As the file says, or under which a row looks most like headings."""
    said = _SEPARATOR_LINE.fullmatch(lines.sample[0]) if lines.sample else None
    if said:
        lines.sample[0] = "\n"
        return said[1]
    return max(_SEPARATORS, key=lambda separator: _likeness(lines.sample, separator, fit))


def _likeness(sample: list[str], separator: str, fit: Fit) -> tuple[int, int]:
    try:
        rows = list(csv.reader(sample, delimiter=separator))
    except csv.Error:
        return 0, 0
    return max(map(fit, rows), default=0), max(map(len, rows), default=0)
