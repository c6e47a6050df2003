"""What a text costs on the air: GSM-7 septets, or UCS-2 code units (3GPP TS 23.038)."""

import re
import unicodedata
from typing import Literal

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"  # an escape and a character: two septets
_GSM7 = re.compile(f"[{re.escape(_BASIC + _EXTENSION)}]*")
_EXTENDED = re.compile(f"[{re.escape(_EXTENSION)}]")

_TYPOGRAPHY = {
    **dict.fromkeys("`\u00b4\u2018\u2019\u201a\u201b\u2032\u02bc", "'"),
    **dict.fromkeys("«»\u201c\u201d\u201e\u201f\u2033", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212•·", "-"),
    **dict.fromkeys("\t\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), " "),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    "…": "...",
    "₭": "kip",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "œ": "oe",
    "Œ": "OE",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
}


_MOST_MARKS = 30  # on one letter, as in the Stream-Safe Text Format (Unicode annex 15)


def normalize(form: Literal["NFC", "NFD"], text: str) -> str:
    """As unicodedata, in a time that grows as `text` does: it sorts the marks on a letter by pairs,
    so what stands on more than 30 of them starts anew."""
    if len(text) <= _MOST_MARKS:
        return unicodedata.normalize(form, text)
    pieces, start, marks = [], 0, 0
    for at, char in enumerate(text):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks > _MOST_MARKS:
            pieces.append(text[start:at])
            start, marks = at, 1
    pieces.append(text[start:])
    return "".join(unicodedata.normalize(form, piece) for piece in pieces)


def _plain_letters() -> dict[str, str]:
    """ô, ç, ē and their like without what GSM-7 cannot write on them."""
    letters = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(code))[0]
        if plain.isascii() and chr(code) not in _BASIC:
            letters[chr(code)] = plain
    return letters


_EQUALS = str.maketrans(_plain_letters() | _TYPOGRAPHY)


def is_gsm7(text: str) -> bool:
    return _GSM7.fullmatch(text) is not None


def septets(text: str) -> int | None:
    """GSM-7 length of `text`, an extension character counting two; None when it is not GSM-7."""
    if _GSM7.fullmatch(text) is None:
        return None
    return len(text) + len(_EXTENDED.findall(text))


def septets_of(character: str) -> int:
    """1, or 2 for a character of the extension table; `character` is one of GSM-7."""
    return 2 if character in _EXTENSION else 1


def ucs2_units(text: str) -> int:
    """Length in UTF-16 code units: a character beyond U+FFFF counts two."""
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def octets(text: str) -> int:
    """Bytes of user data: GSM-7 packed eight septets to seven octets, else two a UCS-2 unit."""
    length = septets(text)
    return 2 * ucs2_units(text) if length is None else -(-length * 7 // 8)


def to_gsm7(text: str) -> str:
    """`text` with typographic characters and accents replaced where the meaning stays.

    One smart quote would turn a 160-character message into UCS-2. What has no equal in GSM-7,
    Lao letters above all, is left as it is.
    """
    if is_gsm7(text):
        return text
    return normalize("NFC", text).translate(_EQUALS)
