"""Names by ear and by eye: what is the same for two spellings of one, in Lao or in Latin letters.

One rule for who is looked for and for what looks like a duplicate.
"""

import re
from functools import lru_cache

from gateway.core.lao_text import compose, romanise

# Spellings of the same sound, as Lao names are romanised by one hand and another.
_SOUNDS = (
    ("ph", "p"), ("th", "t"), ("kh", "k"), ("nh", "n"), ("x", "s"), ("ch", "s"), ("w", "v"),
    ("r", "l"), ("ou", "u"), ("oo", "u"), ("eu", "u"), ("ae", "e"), ("ee", "i"), ("ny", "y"),
    ("y", "i"), ("oa", "o"),
)  # fmt: skip
# What one hand writes where another, or our draft of the Lao, writes the second: Keomany has no ຍ
# at its end, Xaynhavong has one, Phonkaew is Phonkeo. Of what is looked for alone: a stored key
# keeps to _SOUNDS.
_ALSO = (
    (re.compile("ny$"), "ni"),
    (re.compile("i?nh(?=[aeiou])|ynh(?=[aeiou])"), "ny"),
    (re.compile("[ae]{1,2}w(?![aeiou])"), "eo"),
    (re.compile("aov(?=[aeiou])"), "av"),
)
_NO_LETTER = re.compile("[^a-z]+")
_TWICE = re.compile(r"(.)\1+")
_MUTE_E = re.compile(r"(?<=[aiou][kmnpt])e$")  # Somphone, as the French wrote it
_NOT_OF_A_NAME = re.compile("[\\s.,'\u2019()/_-]+")
_TONES = re.compile("[\u0ec8-\u0ecb]")
_KARAN = "\u0ecc"
_SILENT = re.compile(f"[ກ-ຮ]{_KARAN}")
_TITLE = re.compile(r"^(ນາງ|ທ້າວ|(nang|mrs?|ms)\b)[\s.]*", re.IGNORECASE)


def latin_of(lao: str) -> str:
    """The name in Latin letters, a draft; names are made of few words, so words are kept."""
    return " ".join(_latin_word(word) for word in lao.split())


@lru_cache(maxsize=50_000)
def _latin_word(word: str) -> str:
    return romanise(word)


def without_title(name: str) -> str:
    """The name without ນາງ, Nang, Mrs. before it; all of it where nothing else is there."""
    return _TITLE.sub("", name) or name


def sound(name: str) -> str:
    """The name by ear: "Phonkeo", "Ponekeo" and ໂພນແກ້ວ come close to each other."""
    return "".join(map(_sound_of, latin_of(name).split()))


@lru_cache(maxsize=20_000)
def _sound_of(word: str) -> str:
    text = _MUTE_E.sub("", _NO_LETTER.sub("", word.casefold()))
    for written, heard in _SOUNDS:
        text = text.replace(written, heard)
    return _TWICE.sub(r"\1", text)


def look(name: str) -> str:
    """The name by eye: without blanks, dots and capitals."""
    return _NOT_OF_A_NAME.sub("", compose(name).casefold())


def bare(name: str) -> str:
    """As `look`, without what Lao hands leave out or mix up: tones, silent letters, ຣ for ລ."""
    if _KARAN in name:  # it silences the letter before it, though that ends another word
        return _bare(name)
    return "".join(map(_bare_word, name.split()))


def _bare(name: str) -> str:
    return _TONES.sub("", _SILENT.sub("", look(name))).replace("ຣ", "ລ")


_bare_word = lru_cache(maxsize=50_000)(_bare)


def name_key(name: str, latin: str) -> str:
    """What a name is found by: in Lao, in Latin letters, by ear; each without blanks in it."""
    return " ".join(dict.fromkeys(filter(None, (bare(name), bare(latin), sound(latin)))))


def heard_as(part: str) -> tuple[str, ...]:
    """Of a part of a name as somebody types it: what to look for in keys, any of it."""
    return tuple(dict.fromkeys(filter(None, (bare(part), sound(part), sound(_also(part))))))


def _also(part: str) -> str:
    return " ".join(map(_also_written, latin_of(part).casefold().split()))


def _also_written(word: str) -> str:
    for written, other in _ALSO:
        word = written.sub(other, word)
    return word
