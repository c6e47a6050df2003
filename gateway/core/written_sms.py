"""What one SMS may be that somebody writes to one person: staff in a case, or a system. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.core.open_words import TooOpen, tells_too_much
from gateway.core.texts import _

MOST_SEGMENTS = 3
TOO_MANY_SEGMENTS = _("This is %(count)s SMS; write at most %(most)s.")

TOO_OPEN: Mapping[TooOpen, str] = {
    "tells_amount": _("An SMS of staff names no amount: “%(word)s”. Others may read this phone."),
    "tells_health": _(
        "An SMS of staff says nothing about health: “%(word)s”. Others may read this phone."
    ),
}


@dataclass(frozen=True)
class TextFault:
    """`sentence` is a msgid, with `params` for its placeholders."""

    reason: Literal["too_long", "tells_amount", "tells_health"]
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)


def fault_of(text: str, *, segments: int) -> TextFault | None:
    """Why `text`, which costs so many `segments`, must not go; None where it may."""
    if segments > MOST_SEGMENTS:
        counts = {"count": segments, "most": MOST_SEGMENTS}
        return TextFault("too_long", TOO_MANY_SEGMENTS, counts)
    found = tells_too_much(text)
    if found is None:
        return None
    reason, word = found
    return TextFault(reason, TOO_OPEN[reason], {"word": word})
