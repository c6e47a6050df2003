"""How easily a password is guessed: by the library zxcvbn, to which ours are known words."""

import re
from collections.abc import Iterable
from threading import Lock
from unicodedata import category

LEAST_SCORE = 3  # of 4: at least 10^8 guesses
# Words that stand on every page of ours, and where we work.
PROGRAMME = (
    "mother", "child", "grant", "gateway", "mecg", "ngeun", "outnoun", "siboua", "demo", "console",
    "laos", "vientiane", "attapeu", "savannakhet", "sanamxay", "phouvong", "nong", "unitel",
    "ເງິນ", "ອຸດໜູນ", "ແມ່", "ເດັກ", "ລາວ", "ວຽງຈັນ", "ສະໜາມໄຊ", "ພູວົງ", "ອັດຕະປື",
)  # fmt: skip

_BETWEEN = re.compile(r"[\W_]+")
_SHORTEST_WORD = 4  # of an e-mail address: a shorter one is part of many others
_LOOKED_AT = 32  # characters: more of them make nothing weaker
# Each that may stand for a letter doubles the library's work, or worse.
_STAND_INS = frozenset("4@8({[<369!1|0$5+7%2")
_MOST_STAND_INS = 8
_one_at_a_time = Lock()


def is_weak(password: str, email: str) -> bool:
    """Whether it can be guessed by who knows the programme and the e-mail address.

    Signs between letters make a word no better, and known words count for nothing.
    """
    known = sorted({*PROGRAMME, *_words_of(email)}, key=len, reverse=True)
    typed = password.lower()
    # Lao vowels and tones are marks, not signs.
    bare = "".join(sign for sign in typed if category(sign)[0] in "LMN")
    rest = bare
    for word in known:
        rest = rest.replace(word, "")
    return any(_score(text, known) < LEAST_SCORE for text in (typed, bare, rest))


def _words_of(email: str) -> set[str]:
    return {word for word in _BETWEEN.split(email.lower()) if len(word) >= _SHORTEST_WORD}


def _score(text: str, known: Iterable[str]) -> int:
    # Half a second and 13 MB that only whoever sets a password needs.
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    looked_at = _bounded(text)
    if not looked_at:
        return 0
    with _one_at_a_time:  # the library keeps the known words where every thread sees them
        return int(zxcvbn(looked_at, user_inputs=list(known))["score"])


def _bounded(text: str) -> str:
    """The beginning, as far as it can be looked at in a moment."""
    seen: set[str] = set()
    for length, sign in enumerate(text[:_LOOKED_AT]):
        seen |= {sign} & _STAND_INS
        if len(seen) > _MOST_STAND_INS:
            return text[:length]
    return text[:_LOOKED_AT]
