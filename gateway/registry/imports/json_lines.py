"""Rows out of NDJSON: an object a line, its fields the columns, as another system writes them."""

from collections.abc import Iterator
from typing import IO

import msgspec

from gateway.core.texts import _
from gateway.registry.imports.limits import MOST_COLUMNS
from gateway.registry.imports.report import Row, SheetError

NOT_NDJSON = _("This line is no JSON object of texts, numbers, true, false and null.")

Value = str | bool | int | float | None

_LONGEST = 1024 * 1024  # octets of a line
_BOM = b"\xef\xbb\xbf"


def is_ndjson(start: bytes) -> bool:
    """Whether a file that begins so is read as NDJSON."""
    return start.removeprefix(_BOM).lstrip().startswith(b"{")


def json_rows(file: IO[bytes]) -> Iterator[Row]:
    """First the columns, all that any line names; then each line. Raises SheetError.

    The file is read twice: a later line may name a column that the first does not.
    """
    names: dict[str, None] = {}
    for line, one in _objects(file):
        names.update(dict.fromkeys(one))
        if len(names) > MOST_COLUMNS:
            raise SheetError(line, NOT_NDJSON)
    if names:
        yield 1, list(names)
    for line, one in _objects(file):
        yield line, [_text(one.get(name)) for name in names]


def _objects(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Value]]]:
    file.seek(0)
    decoder = msgspec.json.Decoder(dict[str, Value])
    line = 0
    while octets := file.readline(_LONGEST):
        line += 1
        octets = octets.removeprefix(_BOM).strip() if line == 1 else octets.strip()
        if not octets:
            continue
        try:
            yield line, decoder.decode(octets)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise SheetError(line, NOT_NDJSON) from None


def _text(value: Value) -> str:
    """As one would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
