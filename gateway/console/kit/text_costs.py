"""What a text costs, as its author sees it while writing; the same rules as when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from gateway.catalogues import LOCALES
from gateway.core.encoding import is_gsm7, septets_of, to_gsm7
from gateway.core.segments import JOINED, SINGLE, segment
from gateway.messaging.wordings import fit

_PLANE = 0xFFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A text as it would be sent; `dear` are the characters that make a Latin text UCS-2."""

    sent: str
    units: int
    room: int
    segments: int
    dear: tuple[str, ...]

    def marked(self) -> Markup:
        """The text with the dear characters marked."""
        parts = (
            Markup("<mark>{}</mark>").format(char) if char in self.dear else escape(char)
            for char in self.sent
        )
        return Markup("").join(parts)


def counted(text: str, locale: str) -> Counted:
    """`units` of `room` septets or UCS-2 units; of a Lao text nothing is dear, it is all UCS-2."""
    sent = fit(text.replace("\r\n", "\n").strip(), locale)
    found = segment(sent)
    sizes = SINGLE if found.count == 1 else JOINED
    dear = () if locale == "lo" else tuple(dict.fromkeys(c for c in sent if not is_gsm7(c)))
    return Counted(
        sent=sent,
        units=found.units,
        room=sizes[found.encoding] * found.count,
        segments=found.count,
        dear=dear,
    )


def all_counted(texts: Mapping[str, str]) -> dict[str, Counted]:
    """{locale: Counted} for every language; one that is missing is an empty text."""
    return {locale: counted(texts.get(locale, ""), locale) for locale in LOCALES}


@cache
def tables() -> dict[str, object]:
    """What the browser counts with: the alphabet and the replacements, from the gateway's own."""
    characters = [chr(code) for code in range(_PLANE) if code not in _SURROGATES]
    cheap = [char for char in characters if is_gsm7(char)]
    return {
        "basic": "".join(char for char in cheap if septets_of(char) == 1),
        "extension": "".join(char for char in cheap if septets_of(char) == 2),
        "equals": {
            char: to_gsm7(char)
            for char in characters
            if not is_gsm7(char) and to_gsm7(char) != char and is_gsm7(to_gsm7(char))
        },
        "single": SINGLE,
        "joined": JOINED,
    }
