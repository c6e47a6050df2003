"""Small counts are left out of what is given away, and with them what would tell them.

Primary: every count below LEAST, a nought too: it says of everybody that they are not. Then, so
that no sum gives one of them away: in every sum at least two counts are left out, and together
they are no small count either; and no count follows from all the sums together.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 5
Cell = TypeVar("Cell", bound=Hashable)
_PRIME = 2_147_483_647  # coefficients are counted modulo it: no fractions, no rounding


@dataclass(frozen=True)
class Sum(Generic[Cell]):
    """`total` is what `parts` make together, and everybody can know that."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.total, *self.parts)


def left_out(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]]) -> frozenset[Cell]:
    """The cells of `counts` that are not told."""
    hidden = {cell for cell, count in counts.items() if count < LEAST}
    while _hide_beside(counts, sums, hidden) or _hide_for(
        _determined(sums, hidden), counts, sums, hidden
    ):
        pass
    return frozenset(hidden)


def _hide_beside(counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], hidden: set[Cell]) -> bool:
    """One round over all sums that tell too much; whether there was any."""
    changed = False
    for one in sums:
        while _tells(one, counts, hidden) and _hide_next(one, counts, hidden):
            changed = True
    return changed


def _tells(one: Sum[Cell], counts: Mapping[Cell, int], hidden: set[Cell]) -> bool:
    blank = [cell for cell in one.cells if cell in hidden]
    if len(blank) == 1:
        return True
    return bool(blank) and one.total not in hidden and sum(map(counts.__getitem__, blank)) < LEAST


def _hide_next(one: Sum[Cell], counts: Mapping[Cell, int], hidden: set[Cell]) -> bool:
    """The smallest part that is told, or the total where none is."""
    told = [cell for cell in one.parts if cell not in hidden]
    if not told and one.total in hidden:
        return False
    hidden.add(min(told, key=lambda cell: (counts[cell], repr(cell))) if told else one.total)
    return True


def _hide_for(
    determined: Iterable[Cell],
    counts: Mapping[Cell, int],
    sums: Sequence[Sum[Cell]],
    hidden: set[Cell],
) -> bool:
    changed = False
    for cell in determined:
        of_cell = [one for one in sums if cell in one.cells]
        for one in of_cell:
            changed = _hide_next(one, counts, hidden) or changed
    return changed


def _determined(sums: Sequence[Sum[Cell]], hidden: set[Cell]) -> list[Cell]:
    """The hidden cells that follow from all the sums: by elimination, to the reduced form."""
    reduced: dict[Cell, dict[Cell, int]] = {}
    for one in sums:
        row = {cell: _PRIME - 1 for cell in one.parts if cell in hidden}
        if one.total in hidden:
            row[one.total] = 1
        for cell in [cell for cell in row if cell in reduced]:
            _subtract(row, reduced[cell], row[cell])
        if not row:
            continue
        pivot, factor = next(iter(row.items()))
        inverse = pow(factor, -1, _PRIME)
        row = {cell: value * inverse % _PRIME for cell, value in row.items()}
        for other in reduced.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        reduced[pivot] = row
    return [cell for cell, row in reduced.items() if len(row) == 1]


def _subtract(row: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
