"""Columns and codes as the template for people writes them: its Lao words, or the English names."""

from collections.abc import Iterable, Mapping

from gateway.console.kit.language import language
from gateway.registry.imports.vocabulary import TITLES, WORDS

HIDDEN = frozenset({"name_key"})  # ours alone: what a name is found by


def titled(column: str) -> str:
    """The heading of a column; what is none stands as it is."""
    return TITLES.get(column, (column,))[0] if language() == "lo" else column


def coded(kind: str, column: str, value: str) -> str:
    """The word for a code that stands in the `column` of a `kind` of files, else the value."""
    if language() != "lo":
        return value
    # A result says paid or missed, and what was before it is a payment's.
    words = WORDS.get(("payments" if kind == "payment_results" else kind, column), {})
    return words.get(value, (value,))[0]


def titled_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows by the heading of their column."""
    return {titled(column): rows for column, rows in counts.items() if column not in HIDDEN}


def worded(
    kind: str, lines: Iterable[tuple[int, str, str, str, str]]
) -> list[tuple[int, str, str, str, str]]:
    """(line, registration number, column, before, after) with the words of the template."""
    return [
        (line, number, titled(column), coded(kind, column, was), coded(kind, column, becomes))
        for line, number, column, was, becomes in lines
    ]
