"""A value of a file as it may stand in a sentence: short, in one line, every sign to be seen."""

import re
import unicodedata

from gateway.registry.imports.vocabulary import NUMBERS, SECRETS

_MOST = 40  # characters
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_HIDDEN_DIGIT = re.compile(r"\d(?=(?:\D*\d){3})")


def shown(text: str, most: int = _MOST) -> str:
    """`text` with control and invisible signs by their code ("⟨U+0000⟩"), shortened with "…"."""
    seen = "".join(_sign(char) for char in text[: most + 1])
    return seen if len(text) <= most else f"{seen[:most]}…"


def _sign(char: str) -> str:
    if char.isprintable() or char == " ":
        return char
    return f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in _UNSEEN else " "


def value_of(column: str, text: str) -> str:
    """What of a cell's text may be told to whoever holds the file; of a PIN nothing."""
    return "" if column in SECRETS else shown(text)


def masked_value(column: str, value: str) -> str:
    """What may be kept of it: of a number its shape and its last three digits."""
    return _HIDDEN_DIGIT.sub("•", value) if column in NUMBERS else value
