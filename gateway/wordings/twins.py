"""A text in Lao and in Latin letters is one text in two scripts: the second is the first, read."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from gateway.core.glossary import Said, read_aloud, spelt_as_read
from gateway.wordings.ground import Texts
from gateway.wordings.keys import TextId

LAO, LATIN = "lo", "lo_Latn"
_OTHER: Mapping[str, str] = {LAO: LATIN, LATIN: LAO}
_PIECE = re.compile(r"%\(\w+\)s|[A-Za-z0-9]")
_ALIKE = 3  # letters in a row that are the same words, and not by chance


def twin_of(text: TextId) -> TextId | None:
    """The same text in the other script; None of English."""
    other = _OTHER.get(text.locale)
    return TextId(other, text.key) if other else None


def is_read_so(key: str, lao: str, latin: str) -> bool:
    """Whether `latin` is `lao` as it is read, by the comparison of `flask catalogue check`."""
    return spelt_as_read(Said(key, lao, "lo", handset=True), Said(key, latin, "lo_Latn", True))


def drift(texts: Texts, key: str) -> bool:
    """Whether the two scripts of a text say different things in `texts`."""
    lao, latin = (texts.get(locale, {}).get(key, "") for locale in (LAO, LATIN))
    return bool(lao and latin) and not is_read_so(key, lao, latin)


def read_draft(lao: str, former: str) -> str:
    """`lao` in Latin letters, with the blanks and capitals of `former` where the words are the
    same: Lao has no blanks between words, and `read_aloud` knows none.
    """
    read = read_aloud(lao)
    olds, news = list(_PIECE.finditer(former)), list(_PIECE.finditer(read))
    before, now = ([one[0].lower() for one in pieces] for pieces in (olds, news))
    alike = SequenceMatcher(None, before, now, autojunk=False).get_matching_blocks()
    known = {
        block.b + at: (block.a + at, at > 0)
        for block in alike if block.size >= _ALIKE
        for at in range(block.size)
    }  # fmt: skip
    drawn, end = "", 0
    for at, piece in enumerate(news):
        between = read[end : piece.start()]
        old, follows = known.get(at, (None, False))
        if old is not None and follows and not between:
            between = former[olds[old - 1].end() : olds[old].start()]
        letter = olds[old][0] if old is not None else piece[0]
        if old is not None and not (follows or between or not at):
            letter = letter.lower()  # no word begins here any more
        drawn += between + letter
        end = piece.end()
    return drawn + read[end:]
