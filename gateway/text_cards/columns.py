"""The columns of the cards as a spreadsheet: what is shown, and what the reader fills in."""

from collections.abc import Mapping

from gateway.core.texts import _

SHEET = "texts"
RIGHT_SIGN = "x"  # the one that is asked for; people tick otherwise too
_TIMES, _CYRILLIC_X = "\N{MULTIPLICATION SIGN}", "\N{CYRILLIC SMALL LETTER HA}"
RIGHT_SIGNS = frozenset(
    {RIGHT_SIGN, _TIMES, _CYRILLIC_X, "✓", "✔", "☑", "ແມ່ນ", "ຖືກ", "yes", "true"}
)
LONGEST_ANSWER = 500  # characters of a proposal or a comment
HEADINGS: Mapping[str, str] = {
    "key": _("key"),
    "where": _("where"),
    "screen": _("as the phone shows it"),
    "lao": _("Lao now"),
    "latin": _("Latin letters now"),
    "english": _("English"),
    "back": _("word for word"),
    "remark": _("look at"),
    "room": _("room"),
    "right": _("right? (x)"),
    "better": _("better so (Lao)"),
    "better_latin": _("better so (Latin letters)"),
    "comment": _("comment"),
}
FILLED = ("right", "better", "better_latin", "comment")  # the rest is protected
WIDTHS: Mapping[str, int] = {
    "key": 12, "where": 22, "screen": 30, "lao": 36, "latin": 36, "english": 36, "back": 28,
    "remark": 36, "room": 28, "right": 10, "better": 36, "better_latin": 36, "comment": 36,
}  # fmt: skip
