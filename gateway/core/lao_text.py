"""Lao as stored and as Latin letters: shorter spellings that look the same, and drafts for phones
that show boxes.

Never NFKC: it expands the ligature letters that `compose` makes.
"""

import re
import unicodedata

import lao2ipa

from gateway.core.encoding import normalize, to_gsm7

_TONES = "\u0ec8-\u0ecb"
_SIGNS = "\u0eb1\u0eb4-\u0eb9\u0ebb\u0ebc\u0ecd"  # written above and below a consonant
_LIGATURES = {"ຫນ": "ໜ", "ຫມ": "ໝ", "ເເ": "ແ"}
_LIGATURE = re.compile("|".join(_LIGATURES))
# Possessive, and only from the first tone on: a row of tones is gone through once.
_TONE_BEFORE_SIGN = re.compile(f"(?<![{_TONES}])([{_TONES}]++)([{_SIGNS}]+)")
_SPLIT_AM = re.compile(f"\u0ecd([{_TONES}]*)\u0eb2")
_TONE_AFTER_AM = re.compile(f"\u0eb3([{_TONES}]+)")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_UNSEEN = {"Cc", "Cf", "Cs"}  # control, format and half a surrogate pair


def compose(text: str) -> str:
    """`text` in the shortest spelling that looks the same: ຫນ to ໜ, ໍ້າ to ້ຳ, without U+200B."""
    return compose_around_breaks(_INVISIBLE.sub("", text))


def compose_around_breaks(text: str) -> str:
    """As `compose`, but the U+200B that an author set as break marks stay."""
    text = normalize("NFC", text)
    text = _TONE_BEFORE_SIGN.sub(r"\2\1", text)
    text = _SPLIT_AM.sub("\\1\u0eb3", text)
    text = _TONE_AFTER_AM.sub("\\1\u0eb3", text)
    return _LIGATURE.sub(lambda match: _LIGATURES[match[0]], text)


def tidy_name(text: str) -> str:
    """A name as a list or a form brings it: composed, one line, single spaces, nothing unseen."""
    if not text.isprintable():
        text = "".join(
            char for char in text if char.isspace() or unicodedata.category(char) not in _UNSEEN
        )
    return " ".join(compose(text).split())


# The rules take a time that grows with the square: no name is longer, and the rest is a draft too.
# Marks that only sit on a letter, and letters that stand for nothing to be seen.
_NOTHING_ALONE = _UNSEEN | {"Mn", "Cn", "Co"}
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_blank(text: str) -> bool:
    """Whether a reader sees nothing: spaces and invisible signs alone."""
    return all(
        char.isspace() or char in _FILLERS or unicodedata.category(char) in _NOTHING_ALONE
        for char in text
    )


_RUN = re.compile("[\u0e80-\u0eff]{1,120}")
_TONE_BARS = re.compile("[˥˦˧˨˩]")
_CONSONANT = "ກ-ຮໜໝຼ"
_DEPENDENT = f"{_SIGNS}{_TONES}\u0eb0\u0eb2\u0eb3\u0ebd\u0ecc"

# What lao2ipa 1.0 gets wrong, mended on its input. A ວ between two consonants is the vowel ົວ:
_MEDIAL_WO = re.compile(
    f"(?<![ເແໂໃໄ])(?<![ເແໂໃໄ]ຫ)([{_CONSONANT}])([{_TONES}]?)ວ"
    f"(?=[{_TONES}]?[ກງຍດນບມ](?![{_DEPENDENT}]))"
)
# a consonant that closes a syllable is no cluster with the next one, and a word that starts with
# ອ under a vowel of several letters would begin with an o; a ວ right behind a vowel that is
# written first begins a syllable;
_SEAMS = re.compile(
    f"(?=[ເແໂໃໄ]ວ)|(?<=[ັົາິີຶືຸູ][ກດບ])(?=[ວຣລ])|(?<=[ັົາິີຶືຸູ][{_TONES}][ກດບ])(?=[ວຣລ])"
    f"|(?=ເອ[{_TONES}]?[ັົິີຶືາຍ])|(?=ອົ[{_TONES}]?ວ)"
)
_SILENT_O = re.compile(f"ເອ[{_TONES}]?[ັົິີຶືາຍ]|ອົ[{_TONES}]?ວ")
# in a cluster ວ is written ou;
_CLUSTER_WO = re.compile("(k|kh|th)v(?=[aeiou])")
# and these words are not read by the rules.
_WORDS = {"ອາຍຸ": "ayou"}
_WORD = re.compile(f"({'|'.join(_WORDS)})")
# Lao writes the kind of a place and its name together; Latin readers look for the name.
_KIND_OF_PLACE = re.compile(f"(?:ບ້ານ|ເມືອງ|ແຂວງ|ສຸກສາລາ|ໂຮງໝໍ|ໂຮງຮຽນ)(?=[{_CONSONANT}ເແໂໃໄ])")


def romanise(text: str) -> str:
    """A draft of `text`, mostly a name, in ASCII of GSM-7: "Ban Phonkeo" for ບ້ານໂພນແກ້ວ.

    Ministry spelling (the `moh` system of lao2ipa) without tones; words that were Lao begin with a
    capital. What has no Latin letters becomes "?", for a person to correct.
    """
    return _ascii(_RUN.sub(lambda match: " ".join(_names(match[0])), compose(text)))


def _names(run: str) -> list[str]:
    kind = _KIND_OF_PLACE.match(run)
    if kind:
        return [_latin(kind[0]), *_names(run[kind.end() :])]
    return [_latin(run)]


def _latin(run: str) -> str:
    parts = _WORD.split(_MEDIAL_WO.sub("\\1ົ\\2ວ", run))
    latin = "".join(_WORDS.get(part) or "".join(map(_sounds, _SEAMS.split(part))) for part in parts)
    return latin[:1].upper() + latin[1:]


def _sounds(piece: str) -> str:
    latin = _TONE_BARS.sub("", lao2ipa.transliterate(piece, "moh"))
    if _SILENT_O.match(piece):
        latin = latin.removeprefix("o")
    return _CLUSTER_WO.sub(r"\1ou", latin)


def _ascii(text: str) -> str:
    plain = normalize("NFD", to_gsm7(text))
    return "".join(
        char if char.isascii() else _stand_in(char)
        for char in plain
        if char.isprintable() or char == "\n"
    )


def _stand_in(char: str) -> str:
    return "" if unicodedata.category(char).startswith("M") else "?"
