"""The row that names the columns: found among the first rows, in English or Lao, or refused."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from gateway.core.texts import _
from gateway.registry.imports.report import Row, RowError, SheetError
from gateway.registry.imports.shown import shown
from gateway.registry.imports.signs import LETTERS_LOST, has_lost_letters, wrong_sign
from gateway.registry.imports.vocabulary import EXAMPLE, FILES, OPTIONAL, column_of, headings_in
from gateway.registry.imports.workbooks import HEADINGS

UNKNOWN_COLUMN = _("This column is not known.")
MISSING_COLUMN = _("This column is missing.")
COLUMN_TWICE = _("This column stands here twice.")
NO_HEADER = _("The file is empty.")
NO_ROWS = _("The file has headings, and no row below them.")
NO_HEADINGS = _(
    "None of the first %(rows)s rows names the columns. One of them must hold: %(columns)s."
)
OTHER_KIND: dict[str, str] = {
    "beneficiaries": _("This file holds beneficiaries: import it as beneficiaries."),
    "payments": _("This file holds payments: import it as payments."),
    "visits": _("This file holds health visits: import it as visits."),
    "payment_results": _("This file says who was paid: import it as payments made or missed."),
}


@dataclass(frozen=True)
class Headings:
    """`names` by position, None where a column has no heading; the `rows` below their `line`."""

    line: int
    names: tuple[str | None, ...]
    rows: Iterator[Row]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(name for name in self.names if name)


def read_headings(rows: Iterator[Row], kind: str) -> Headings | list[RowError]:
    """The headings of a file of a kind, or what is wrong with them. Titles above are passed over,
    and so is a second row of headings, in the other language, below; and the template's example."""
    head, rows = _head(rows)
    if not head:
        next(rows, None)
        return [RowError(1, "", NO_HEADER)]
    likeness = [headings_in(cells) for _line, cells in head]
    best = max(range(len(head)), key=likeness.__getitem__)
    line, cells = head[best]
    if not likeness[best]:
        return _nothing_known(head[0], kind)
    errors = _faults(line, cells, kind)
    if errors:
        return errors
    names = tuple(column_of(cell) if cell else None for cell in cells)
    below = _without_headings(chain(head[best + 1 :], rows), names)
    return Headings(line, names, _without_examples(below, names))


def _head(rows: Iterator[Row]) -> tuple[list[Row], Iterator[Row]]:
    """The first rows, and the others; a SheetError comes after the rows that were before it."""
    head: list[Row] = []
    try:
        head.extend(islice(rows, HEADINGS))
    except SheetError as fault:
        return head, _broken(fault)
    return head, rows


def _broken(fault: SheetError) -> Iterator[Row]:
    def fail() -> Row:
        raise fault

    return iter(fail, None)


def _nothing_known(first: Row, kind: str) -> list[RowError]:
    line, cells = first
    signs = [reason for cell in cells if (reason := wrong_sign(cell))]
    if signs:
        return [RowError(line, "", signs[0])]
    value = shown(" | ".join(cell for cell in cells if cell))
    if any(map(has_lost_letters, cells)):
        return [RowError(line, "", LETTERS_LOST, value=value)]
    params = {"rows": HEADINGS, "columns": ", ".join(FILES[kind])}
    return [RowError(line, "", NO_HEADINGS, params, value)]


def _faults(line: int, cells: list[str], kind: str) -> list[RowError]:
    named = [(cell, column_of(cell)) for cell in cells if cell]
    known = {column for _cell, column in named if column}
    other = _kind_of(known)
    if other not in {None, kind}:
        return [RowError(line, "", OTHER_KIND[str(other)])]
    signs = [
        RowError(line, shown(cell), reason)
        for cell, _column in named
        if (reason := wrong_sign(cell))
    ]
    if signs:
        return signs
    unknown = [shown(cell) for cell, column in named if column not in FILES[kind]]
    counts = Counter(column for _cell, column in named if column)
    errors = [RowError(line, name, UNKNOWN_COLUMN) for name in dict.fromkeys(unknown)]
    errors += [RowError(line, name, COLUMN_TWICE) for name in counts if counts[name] > 1]
    errors += [
        RowError(line, name, MISSING_COLUMN)
        for name in FILES[kind]
        if name not in counts and name not in OPTIONAL
    ]
    return errors


def _kind_of(columns: set[str]) -> str | None:
    """The kind of file whose needed columns are all there, and no others."""
    for kind, wanted in FILES.items():
        if columns <= set(wanted) and columns >= set(wanted) - OPTIONAL:
            return kind
    return None


def _without_headings(rows: Iterator[Row], names: tuple[str | None, ...]) -> Iterator[Row]:
    for row in rows:
        again = tuple(column_of(cell) if cell else None for cell in row[1])
        if again != names[: len(again)] or not any(again):
            yield row
            break
    yield from rows


def _without_examples(rows: Iterator[Row], names: tuple[str | None, ...]) -> Iterator[Row]:
    at = names.index("registration_no")
    return (row for row in rows if row[1][at : at + 1] != [EXAMPLE])
