"""No small count is told, and none can be calculated."""

from fractions import Fraction
from random import Random

import pytest

from gateway.core.suppression import LEAST, Sum, left_out


def _table(counts: dict[tuple[str, str], int], rows: str, columns: str):
    """A table with the sums of its rows, of its columns and of all: (counts, sums)."""
    cells = dict(counts)
    for row in rows:
        cells[row, "all"] = sum(counts[row, column] for column in columns)
    for column in (*columns, "all"):
        cells["all", column] = sum(cells[row, column] for row in rows)
    sums = [Sum((row, "all"), tuple((row, one) for one in columns)) for row in (*rows, "all")]
    sums += [Sum(("all", one), tuple((row, one) for row in rows)) for one in (*columns, "all")]
    return cells, sums


def test_what_is_small_and_what_would_tell_it():
    counts = {("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 9, ("b", "x"): 30, ("b", "y"): 40,
              ("b", "z"): 50, ("c", "x"): 12, ("c", "y"): 14, ("c", "z"): 16}  # fmt: skip
    cells, sums = _table(counts, "abc", "xyz")

    assert left_out(cells, sums) == {("a", "x"), ("a", "z"), ("c", "x"), ("c", "z")}


def test_nothing_is_left_out_where_nothing_is_small():
    cells, sums = _table({("a", "x"): 5, ("a", "y"): 6}, "a", "xy")

    assert left_out(cells, sums) == frozenset()


def test_a_nought_is_a_small_count_and_two_of_them_have_a_third_beside_them():
    cells, sums = _table({("a", "x"): 0, ("a", "y"): 0, ("a", "z"): 8, ("a", "w"): 9}, "a", "xyzw")

    assert {("a", "x"), ("a", "y"), ("a", "z")} <= left_out(cells, sums)


def test_two_names_of_one_number_are_told_or_left_out_together():
    sums = [Sum("all", ("few", "many", "more")), Sum("also few", ("few",))]
    hidden = left_out({"all": 60, "few": 2, "also few": 2, "many": 28, "more": 30}, sums)

    assert hidden == {"few", "also few", "many"}


@pytest.mark.parametrize("seed", range(12))
def test_no_count_below_the_least_follows_from_what_is_told(seed: int):
    dice = Random(seed)
    rows, columns = "abcdefg"[: dice.randint(2, 7)], "vwxyz"[: dice.randint(2, 5)]
    counts = {(row, column): int(dice.expovariate(0.06)) for row in rows for column in columns}
    cells, sums = _table(counts, rows, columns)

    hidden = left_out(cells, sums)

    assert all(cells[cell] >= LEAST for cell in cells.keys() - hidden)
    assert _solved(sums, hidden) == set()
    for one in sums:
        blank = [cell for cell in one.parts if cell in hidden]
        if blank and one.total not in hidden:
            assert sum(cells[cell] for cell in blank) >= LEAST


def _solved(sums, hidden) -> set:
    """The hidden cells that the sums fix, by plain elimination over fractions."""
    names = sorted(hidden)
    matrix = [
        [Fraction((cell == one.total) - (cell in one.parts)) for cell in names] for one in sums
    ]
    pivot = 0
    for column in range(len(names)):
        found = next((row for row in range(pivot, len(matrix)) if matrix[row][column]), None)
        if found is None:
            continue
        matrix[pivot], matrix[found] = matrix[found], matrix[pivot]
        first = matrix[pivot][column]
        matrix[pivot] = [value / first for value in matrix[pivot]]
        for row in range(len(matrix)):
            if row != pivot and matrix[row][column]:
                times = matrix[row][column]
                matrix[row] = [
                    value - times * of_pivot
                    for value, of_pivot in zip(matrix[row], matrix[pivot], strict=True)
                ]
        pivot += 1
    return {
        names[next(at for at, value in enumerate(row) if value)]
        for row in matrix
        if sum(bool(value) for value in row) == 1
    }
