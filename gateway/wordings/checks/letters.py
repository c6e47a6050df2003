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
STRANGE = _("Not every phone shows these signs: %(signs)s")
BRACKETS = _("%(signs)s stand in no text: what the phone fills in is written as in [due_on].")
NO_KEY = _("“%(line)s” reads as a key to press, and none is there.")
LINK = _("“%(link)s” is an address that nobody opens here.")
NOT_LAO = _("There is no Lao letter in it.")
NO_PLACEHOLDER = _("The placeholder %(name)s is missing.")
NOT_OURS = _("There is no placeholder %(name)s here.")
TOO_OFTEN = _("The placeholder %(name)s stands there more often than in the English text.")
PERCENT = _("A %% stands only in a placeholder as %%(name)s.")

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_LAO = re.compile("[\u0e80-\u0eff]")
_BRACKETS = "[]{}<>"
_KEY_LINE = re.compile(r"(?m)^\d{1,3}[ .):]+\S.*$")
_LINK = re.compile(r"(?:https?:|www\.)\S*", re.IGNORECASE)
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
    strange = [one for one in dict.fromkeys(wording) if not _is_shown(one)]
    if strange:
        yield Fault(STRANGE, {"signs": " ".join(strange)})
    spoken = len(_PLACEHOLDER.sub("", wording)) > _A_WORD
    if spoken and _LAO.search(proposed.base) and not _LAO.search(wording):
        yield Fault(NOT_LAO)


def _is_shown(one: str) -> bool:
    """Lao, and what GSM-7 has; what nobody sees, and digits, are other faults."""
    known = is_gsm7(one) or _LAO.match(one) is not None
    return known or one.isdigit() or unicodedata.category(one) in _UNSEEN


def check_shape(proposed: Proposed) -> Iterator[Fault]:
    """What stands in no text of ours, and misleads: where the catalogue has it, it is meant."""
    wording = _PLACEHOLDER.sub("", proposed.wording)
    brackets = [one for one in _BRACKETS if one in wording and one not in proposed.base]
    if brackets:
        yield Fault(BRACKETS, {"signs": " ".join(brackets)})
    line, link = _KEY_LINE.search(proposed.wording), _LINK.search(wording)
    if line and not _KEY_LINE.search(proposed.base):
        yield Fault(NO_KEY, {"line": line[0]})
    if link:
        yield Fault(LINK, {"link": link[0]})


def check_placeholders(proposed: Proposed) -> Iterator[Fault]:
    """All of the English text, as often as there, and no other: a caller fills in no more."""
    msgid = proposed.text.msgid
    wanted, found = Counter(_PLACEHOLDER.findall(msgid)), Counter(_names(proposed.wording))
    yield from (Fault(NO_PLACEHOLDER, {"name": name}) for name in wanted - found)
    for name in found - wanted:
        yield Fault(TOO_OFTEN if name in wanted else NOT_OURS, {"name": name})
    if "%" in _PLACEHOLDER.sub("", proposed.wording):
        yield Fault(PERCENT)


def _names(wording: str) -> list[str]:
    return _PLACEHOLDER.findall(wording)
