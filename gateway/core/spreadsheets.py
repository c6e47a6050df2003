"""Cells of a CSV that a spreadsheet opens: nothing runs, and no number loses a digit."""

import re
from typing import Any

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# What a spreadsheet takes for a number and writes otherwise: noughts or a plus at the front, and
# from the twelfth digit on 8.56E+12.
_LOSES_DIGITS = re.compile(r"\+\d+|0\d+|\d{12,}", re.ASCII)


def harmless(value: Any) -> str:
    """What a spreadsheet must not take for a formula gets an apostrophe; a number stays one."""
    text = "" if value is None else str(value)
    if text.startswith(_STARTS_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def cell(value: Any) -> str:
    """The same, for people: +8562055512345 and 02750001 get a tab at the front, which a spreadsheet
    does not show, and takes them for text. Programs strip it; ="..." would be a formula again."""
    text = harmless(value)
    return "\t" + text if isinstance(value, str) and _LOSES_DIGITS.fullmatch(text) else text
