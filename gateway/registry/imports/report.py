"""What came of an import: counts, rows kept as set here, and every fault with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.core.texts import _

IN_COLUMN = _("Line %(line)s, %(column)s: %(reason)s")
IN_LINE = _("Line %(line)s: %(reason)s")

Became = Literal["new", "changed"]
Row = tuple[int, list[str]]  # line, cells
FORMULA_WITHOUT_VALUE = "=…"  # what stands for a cell of which only the formula is known


class CellError(Exception):
    """A value cannot be taken; `reason` is a msgid, `params` fill its placeholders."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


@dataclass(frozen=True, order=True)
class RowError:
    """One fault. `line` counts from 1 with the header; `column` is "" for a whole row.

    `params` say what is wrong with the value, they never hold a PIN or a phone number. `value` is
    the cell's own text, shortened: a phone number perhaps, never a PIN; "" where it says nothing.
    """

    line: int
    column: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict, compare=False)
    value: str = field(default="", compare=False)


class SheetError(Exception):
    """The file cannot be read, or not beyond a line; `error` says which."""

    def __init__(self, line: int, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.error = RowError(line, "", reason, params)


@dataclass(frozen=True)
class Kept:
    """A row whose `columns` stay as the person or staff set them, whatever the file says.

    "course" stands for health messages that were stopped.
    """

    line: int
    registration_no: str
    columns: tuple[str, ...]
    says: tuple[str, ...] = field(default=(), compare=False)  # the file, of each of them


@dataclass(frozen=True)
class NewPlace:
    """A place that the merge makes: `column` is its kind, `within` its district or province.

    `like` is the known place of the same kind that is most like it, `also` are others;
    `confirmed`: somebody has said that it is new indeed. `province` is that of a district.
    """

    column: str
    name: str
    within: str
    line: int
    rows: int
    like: str = ""
    also: tuple[str, ...] = field(default=(), compare=False)
    confirmed: bool = field(default=False, compare=False)
    province: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.column, self.within, self.name


@dataclass(frozen=True)
class Alike:
    """A new person who may be the same as `other`, who is in `other_line` of the file, or in the
    registry (0); `shared` of name, phone, birth, village."""

    line: int
    registration_no: str
    other: str
    other_line: int
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One field of a known row: what it was and what it becomes, as a file writes it; of a PIN
    neither."""

    line: int
    registration_no: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """How many rows change in each column; the first `listed` of them, field by field."""

    rows: Mapping[str, int] = field(default_factory=dict)
    listed: tuple[Change, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """`new`, `changed` and `unchanged` count rows; with `errors` they are 0: nothing was done, but
    where each row was for itself: then they count the others, and `became` says of each line what
    became of it, where that is not "unchanged".

    `warnings` have the form of faults and hold nothing up. Of warnings, kept rows, changes and
    new places the first are listed: see `gateway.registry.imports.limits`.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: tuple[Kept, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    places: tuple[NewPlace, ...] = ()
    changes: Changes = field(default_factory=Changes)
    alike: tuple[Alike, ...] = ()
    became: Mapping[int, Became] = field(default_factory=dict)
    corrections: int = 0  # payments of which somebody was told otherwise by SMS


def explain(error: RowError, gettext: Callable[[str], str]) -> str:
    """The fault as one line of text, for staff; without the value."""
    reason = gettext(error.reason) % error.params
    place = gettext(IN_COLUMN if error.column else IN_LINE)
    return place % {"line": error.line, "column": error.column, "reason": reason}
