"""Signs that no text has: what came of a wrong encoding, or of letters that were lost."""

import re

from gateway.core.texts import _
from gateway.registry.imports.text_files import NOT_UTF8

UNREADABLE = _("There is a sign in it that is no letter. Type the cell again.")
LETTERS_LOST = _(
    "The Lao letters were lost when the file was saved. Save it from the original as “CSV UTF-8”."
)

_NOT_DECODED = re.compile("[\udc80-\udcff]")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
# Lao as question marks; as what stands for a letter that cannot be read; its bytes (E0 BA xx,
# E0 BB xx) read as Latin letters, or as Thai ones.
_LOST = re.compile("\ufffd|[?][?]|[?]$|^[?]|à[º»]|(?:\u0e40[\u0e1a\u0e1b].){2}")


def wrong_sign(text: str) -> str | None:
    """Why a cell's text cannot be read, as a msgid; None where it can."""
    if text.isascii():
        return UNREADABLE if "\0" in text else None
    if _NOT_DECODED.search(text):
        return NOT_UTF8
    return UNREADABLE if _NO_TEXT.search(text) else None


def has_lost_letters(text: str) -> bool:
    """Whether a name or a place is what is left of Lao letters."""
    return _LOST.search(text) is not None
