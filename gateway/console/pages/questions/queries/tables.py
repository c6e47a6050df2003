"""Answers as tables: what page, picture and file have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.console.kit.filters import NOTHING, number, percent
from gateway.console.kit.language import gettext
from gateway.console.kit.table_files import Sheet

Form = Literal["text", "number", "share", "money"]
_SHOWN: Mapping[Form, Callable[[Any], str]] = {
    "text": str,
    "number": number,
    "share": percent,
    "money": number,
}


@dataclass(frozen=True)
class Column:
    """`title` is a msgid; `drawn`: a series of the picture."""

    title: str
    form: Form = "number"
    drawn: bool = False

    def shown(self, value: Any) -> str:
        return NOTHING if value is None else _SHOWN[self.form](value)


@dataclass(frozen=True)
class Table:
    """`key` names it in an address, `title` is a msgid; `links` are addresses of the rows."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: Sequence[Any] | None = None
    links: Sequence[str | None] = field(default=())

    @property
    def drawn(self) -> list[int]:
        return [at for at, column in enumerate(self.columns) if column.drawn]

    def shown_rows(self) -> list[list[str]]:
        """The rows as the reader sees them."""
        return [self._shown(row) for row in self.rows]

    def shown_total(self) -> list[str]:
        return self._shown(self.total or ())

    def _shown(self, row: Sequence[Any]) -> list[str]:
        pairs = zip(self.columns, row, strict=False)
        return [column.shown(value) for column, value in pairs]

    def sheet(self) -> Sheet:
        total = [self.total] if self.total else []
        heading = [gettext(column.title) for column in self.columns]
        return Sheet(gettext(self.title), heading, [*self.rows, *total])


def summed(rows: Sequence[Sequence[Any]], name: str) -> list[Any] | None:
    """A last row under `rows`: `name` and the sums; None where there are not two to be summed."""
    if len(rows) < 2:
        return None
    return [
        name,
        *(sum(value or 0 for value in column) for column in list(zip(*rows, strict=True))[1:]),
    ]
