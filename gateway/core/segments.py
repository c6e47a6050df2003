"""How many SMS a text is billed as: 160/153 septets of GSM-7, 70/67 units of UCS-2."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from gateway.core.encoding import septets, septets_of, ucs2_units

# One message alone; each of several, which give up six octets to say where they belong.
SINGLE = {"gsm7": 160, "ucs2": 70}
JOINED = {"gsm7": 153, "ucs2": 67}


class Segments(msgspec.Struct, frozen=True):
    """`units` are septets or UCS-2 units; `left` is the room in the last segment."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    count: int
    left: int


def segment(text: str) -> Segments:
    """The segments of `text`; an empty text is still one message."""
    length = septets(text)
    if length is not None:
        return _count("gsm7", length, map(septets_of, text))
    return _count("ucs2", ucs2_units(text), (1 if char <= "\uffff" else 2 for char in text))


def _count(encoding: Literal["gsm7", "ucs2"], units: int, widths: Iterable[int]) -> Segments:
    if units <= SINGLE[encoding]:
        return Segments(encoding, units, 1, SINGLE[encoding] - units)
    count, left = 1, JOINED[encoding]
    for width in widths:
        # A pair (escape and character, or two surrogates) is never torn between two segments.
        if width > left:
            count, left = count + 1, JOINED[encoding]
        left -= width
    return Segments(encoding, units, count, left)
