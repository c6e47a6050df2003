"""The letters of a wording: those that a phone shows, and the placeholders as they are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from gateway.core.encoding import is_gsm7
from gateway.core.lao_text import is_blank
from gateway.core.texts import _
from gateway.wordings.checks.proposed import Proposed
from gateway.wordings.faults import Fault

LONGEST = 500  # characters
EMPTY = _("It is empty.")
TOO_LONG = _("It has %(count)s characters, %(most)s are the most.")
UNSEEN = _("It holds a sign that nobody sees: %(signs)s")
NOT_GSM7 = _("These signs would halve the room of the page or SMS: %(signs)s")
LAO_DIGITS = _("Digits are written 0 to 9: %(signs)s")
NOT_LAO = _("There is no Lao letter in it.")
NO_PLACEHOLDER = _("The placeholder %(name)s is missing.")
NOT_OURS = _("There is no placeholder %(name)s here.")
PERCENT = _("A %% stands only in a placeholder as %%(name)s.")

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_LAO = re.compile("[\u0e80-\u0eff]")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_A_WORD = 12  # letters; a shorter text may be a number or a name


def check_length(proposed: Proposed) -> Iterator[Fault]:
    count = len(proposed.wording)
    if is_blank(proposed.wording):
        yield Fault(EMPTY)
    elif count > LONGEST:
        yield Fault(TOO_LONG, {"count": count, "most": LONGEST})


def check_letters(proposed: Proposed) -> Iterator[Fault]:
    signs = dict.fromkeys(proposed.wording)
    unseen = [one for one in signs if one != "\n" and unicodedata.category(one) in _UNSEEN]
    if unseen:
        yield Fault(UNSEEN, {"signs": " ".join(f"U+{ord(one):04X}" for one in unseen)})
    if proposed.lao:
        yield from _in_lao(proposed)
        return
    dear = [one for one in signs if one not in unseen and not is_gsm7(one)]
    if dear:
        yield Fault(NOT_GSM7, {"signs": " ".join(dear)})


def _in_lao(proposed: Proposed) -> Iterator[Fault]:
    wording = proposed.wording
    digits = [one for one in dict.fromkeys(wording) if not one.isascii() and one.isdigit()]
    if digits:
        yield Fault(LAO_DIGITS, {"signs": " ".join(digits)})
    spoken = len(_PLACEHOLDER.sub("", wording)) > _A_WORD
    if spoken and _LAO.search(proposed.base) and not _LAO.search(wording):
        yield Fault(NOT_LAO)


def check_placeholders(proposed: Proposed) -> Iterator[Fault]:
    """All of the English text, as often as there, and no other: a caller fills in no more."""
    msgid = proposed.text.msgid
    wanted, found = Counter(_PLACEHOLDER.findall(msgid)), Counter(_names(proposed.wording))
    yield from (Fault(NO_PLACEHOLDER, {"name": name}) for name in wanted - found)
    yield from (Fault(NOT_OURS, {"name": name}) for name in found - wanted)
    if "%" in _PLACEHOLDER.sub("", proposed.wording):
        yield Fault(PERCENT)


def _names(wording: str) -> list[str]:
    return _PLACEHOLDER.findall(wording)
