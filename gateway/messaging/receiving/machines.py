"""Whether an SMS says what its number has said before, as a machine's do. Pure.

Two machines that answer each other would go on for ever: ours falls silent first.
"""

from collections.abc import Iterable

from gateway.core.lao_text import compose

MOST_ALIKE = 3  # answers to the same words in a day
_READ = 400  # characters: machines that differ do so before
_ALIKE = 0.8  # of all runs of three letters, those that both texts have


def repeats_itself(text: str, answered: Iterable[str]) -> bool:
    """Whether `text` is like MOST_ALIKE texts of the same number that were answered already."""
    mine = _runs(text)
    return sum(_alike(mine, _runs(other)) for other in answered) >= MOST_ALIKE


def _runs(text: str) -> frozenset[str]:
    """Runs of three letters: a time, a number of a ticket or a comma make no difference."""
    letters = "".join(char for char in compose(text[:_READ]).casefold() if char.isalpha())
    return frozenset(letters[at : at + 3] for at in range(max(len(letters) - 2, 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)
