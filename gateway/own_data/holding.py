"""One table as it holds something of a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, false, or_

from gateway.own_data.whose import Whose

# "delete": the rows go. "strip": they stay for what they count, with nothing of her in them.
# "keep": they stay as they are, for the reason that `why` gives.
Fate = Literal["delete", "strip", "keep"]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """`word`, `why` are msgids: what it is, and why something of it stays. `hers`: her rows, or
    None where none can be told to be hers. `taken`: the columns that she, or a system, gets;
    `stripped` what the others' values become.
    """

    table: Table
    word: str
    hers: Callable[[Whose], ColumnElement[bool] | None]
    fate: Fate
    taken: tuple[str, ...] = ()
    stripped: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def name(self) -> str:
        return self.table.name


def any_of(*conditions: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Those that there are."""
    return or_(false(), *(one for one in conditions if one is not None))


def by_phone(table: Table) -> Callable[[Whose], ColumnElement[bool] | None]:
    """The rows of her phone, where it is hers alone."""

    def hers(whose: Whose) -> ColumnElement[bool] | None:
        return None if whose.msisdn is None else table.c.msisdn == whose.msisdn

    return hers


def by_id_or_phone(table: Table) -> Callable[[Whose], ColumnElement[bool]]:
    """Hers, and those of nobody in particular that came from or went to her phone."""
    phone = by_phone(table)

    def hers(whose: Whose) -> ColumnElement[bool]:
        unsaid = phone(whose)
        if unsaid is not None:
            unsaid = unsaid & table.c.beneficiary_id.is_(None)
        return any_of(table.c.beneficiary_id == whose.id, unsaid)

    return hers
