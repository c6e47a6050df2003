"""Where Lao may be cut: Lao writes no spaces, so a line ends after any syllable, and only there.

A syllable is an initial (ຫ-digraphs and clusters are one), the vowels around it, a tone, and the
consonant that closes it, unless that consonant opens the next syllable. Dictionaries of words do
not know the names of villages; this grammar does not need to.
"""

import re
from collections.abc import Callable

from gateway.core.encoding import ucs2_units

_C = "[ກ-ຮໜ-ໟ]"
_T = "[\u0ec8-\u0ecb]*"  # tones
_D = "[\u0eb0-\u0ebd\u0ec8-\u0ece]"  # dependent: after, above or below a consonant, never first
_BARE = f"(?!{_D})"
_CLUSTER = "(?:ຫ[ງຍນມຣລວ]|[ກຂຄຈຊສຕຖທລຮ]ວ|[ກຂຄຕທປພຜຟຝບດ]ຣ|[ຄພຟ]ລ)"
_X = f"(?:{_CLUSTER}|{_C})\u0ebc?"
# ອ and ວ are vowels before a consonant that closes: ນອນ, ສວນ.
_INNER = f"(?:[ອວ](?![ອວ]){_C}{_BARE})"
# A consonant closes unless it opens: with a vowel of its own or as the first of a cluster.
_F = f"(?:(?![ຫອ])(?!{_CLUSTER}(?:{_D}|{_INNER})){_C}{_BARE}(?!{_INNER}))"
_SYLLABLE = f"""(?:
    ເ{_X} (?: \u0ebb{_T}າ | {_T}າະ | [\u0eb4\u0eb5]{_T}{_F}? | [\u0eb6\u0eb7]{_T}ອ{_F}? )
  | [ເແໂ]{_X} (?: \u0eb1{_T}(?:ຽ{_F}?|{_C})?ະ? | {_T}ະ | {_T}{_F}? )
  | [ໃໄ]{_X}{_T}
  | {_X} (?: \u0eb1{_T}(?:ວະ|ຽ{_F}?|{_C})? | \u0ebb{_T}(?:ວະ?|{_C})? | \u0ecd{_T}ຍ?
           | [\u0eb4-\u0eb9]{_T}{_F}? | {_T}[າຽ]{_F}? | {_T}[ະຳ] | {_T}[ອວ]{_C}? )
  ) (?:{_C}{{1,2}}[\u0eb4\u0eb8]?\u0ecc)* {_BARE} (?!{_INNER})"""

_LAO = "\u0e81-\u0ecf\u0edc-\u0edf"  # letters and signs; Lao digits go with numbers
_LEADING = "ເແໂໃໄ"
_OPENING = "(\\[{\"'«<\u2018\u201c"
_STARTING = "*#+$£€₭¥@=&~^|\\\\"  # symbols that belong to what follows: *123#
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u200c\u200d"
_JOINER = "\u00a0\u202f\u2060"
_WORD = f"[^\\s\u200b{_LAO}]*[^\\s\u200b{_LAO}{_OPENING}]"
_UNIT = f"""(?: ຯລຯ | [{_OPENING}]*+ (?:{_SYLLABLE} | {_C}{{2,}}+(?![{_LAO}])
                | [{_LEADING}{_OPENING}]*+ (?:{_C}{_D}* | {_WORD}))
            | [{_LEADING}{_OPENING}]* .)"""
# What may not begin a line: signs without a consonant, ໆ and ຯ, closing punctuation.
_TAIL = f"""(?: ຯລຯ | [ຯໆ] | {_D} | %(?!\\() | ["'](?![\\w{_LAO}])
            | [^\\w\\s\u200b{_LAO}{_OPENING}{_STARTING}{_JOINER}%])*"""
_SPACES = f"(?:[\\s\u200b]+ (?:ໆ|ຯ(?!ລຯ)|{_D}|[{_MARKS}])*)*"
_SYLLABLES = re.compile(
    f"{_UNIT}{_TAIL} (?:[{_JOINER}]+{_UNIT}{_TAIL})* {_SPACES}", re.VERBOSE | re.DOTALL
)

_WRITTEN_ON = re.compile(f"{_D}|[ໆຯ{_MARKS}]")

BLANKS = " \n\t\u200b"


def syllables(text: str) -> list[str]:
    """`text` in pieces between which a line may end; joined they are `text` again.

    A piece is a Lao syllable, or a whole number, placeholder or word of another script, with its
    punctuation and the blanks after it.
    """
    return _SYLLABLES.findall(text)


def break_points(text: str) -> list[int]:
    """Offsets inside `text` where a line may end, ascending; neither 0 nor its length."""
    return [match.end() for match in _SYLLABLES.finditer(text)][:-1]


def may_break(text: str, at: int) -> bool:
    """Whether `at` parts two characters as readers see them: the least to ask where all else fails.

    Never before a sign that is written on what stands before it, never after a leading vowel.
    """
    if not 0 < at < len(text):
        return False
    return text[at - 1] not in _LEADING + "\u200d" and not _WRITTEN_ON.match(text, at)


def cut(text: str, width: int, measure: Callable[[str], int] = ucs2_units) -> str:
    """The most whole syllables of `text` that measure at most `width`, without trailing blanks.

    Only a first syllable that is too wide itself is cut between characters.
    """
    if measure(text) <= width:
        return text
    ends = [end for end in break_points(text) if measure(text[:end].rstrip(BLANKS)) <= width]
    if not ends:
        ends = [
            at for at in range(len(text)) if may_break(text, at) and measure(text[:at]) <= width
        ]
    return text[: max(ends, default=0)].rstrip(BLANKS)
