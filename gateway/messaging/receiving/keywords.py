"""What an SMS asks for, in Lao, in Latin letters and in English. Pure.

Letters alone count: punctuation of any script, emoji, wide letters and what nobody sees do not. A
text is a command only where every word of it is a word of commands: a sentence that merely holds
one ("the bus does not stop here") is for a person to read. What has no letters is for nobody.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.messaging.receiving.vocabulary import letters_of, words_of

Wish = Literal[
    "stop", "start", "ask", "help", "language", "blank", "other",
    "not_paid", "call_back", "wrong_number", "thanks", "greeting",
]  # fmt: skip
Subject = Literal["payment", "health", "broadcast", "all"]

LONGEST = 80  # letters; no command is longer

_BESIDE = frozenset({"polite", "wanting", "purpose", "thanks", "greeting"})
_QUESTION = _BESIDE | {
    "ask", "payday", "registration", "money", "when", "asking", "paying", "knowing",
}  # fmt: skip
_NAMED = frozenset({"ask", "payday", "registration"})
_MOVING = frozenset({"paying", "carrying", "receiving", "sends"})
_OF_SMS = frozenset({"money", "payday", "health", "carrying", "sms", "which", "already"})
_CASES: Mapping[Wish, frozenset[str]] = {  # and the words that may stand beside theirs
    "not_paid": _BESIDE | {"yet", "already"},
    "call_back": _BESIDE | {"favour"},
    "wrong_number": _BESIDE | {"sms", "which", "stop", "already"},
}
_VISITS = frozenset({"menu", "asking", "when", "knowing"})
_EITHER = frozenset({"or", "stop", "start", "on", "off", "receiving"})
_HAD = frozenset({"paying", "receiving", "money", "sms", "already"})
_LANGUAGES = ("lo", "lo_Latn", "en")


@dataclass(frozen=True, slots=True)
class Command:
    """`subject` narrows `stop` and `start` down to one kind of SMS; `locale` is of `language`."""

    wish: Wish
    subject: Subject = "all"
    locale: str | None = None


def understand(text: str) -> Command:
    """`STOP`, `ຂໍຢຸດແດ່`, `stop health`, `?`, `payday?`, `HELP`, `English`, `wrong number`; else for
    a person. `blank`: no letter in it, nor a question mark: 👍, 26000001, `*123#`.
    """
    letters = letters_of(text)
    if not letters:
        return Command("ask" if _asks(text) else "blank")
    found = words_of(letters) if len(letters) <= LONGEST else None
    command = found and (_command(found, text) or _as_taught(found, text))
    return command or Command("other")


def _asks(text: str) -> bool:
    return any("?" in unicodedata.normalize("NFKC", char) for char in text)


def _command(found: Sequence[frozenset[str]], text: str) -> Command | None:
    words = _without_whether(found)
    asked = _sms(words) or _case(words)
    if asked or any(char.isdigit() for char in text):  # a number is something to be read
        return asked
    return _question(words) or _of_the_menu(words) or _small_talk(found, asks=_asks(text))


def _as_taught(found: Sequence[frozenset[str]], text: str) -> Command | None:
    """The verb as well, where our texts say what to send: "send STOP", "send ?"."""
    said = [word for word in found if not word & _BESIDE]
    if not said or "sends" not in said[0]:
        return None
    rest = said[1:]
    if not rest:
        return Command("ask") if _asks(text) else None
    command = _command(rest, text)
    if command == Command("ask") and not frozenset().union(*rest) & {*_NAMED, "when"}:
        return None  # "send money" is no question
    return command


def _small_talk(found: Sequence[frozenset[str]], *, asks: bool) -> Command | None:
    """Who only greets may want something. Thanks, OK, "I got the money": nothing is to be done."""
    every = frozenset().union(*found)
    if "greeting" in every and _all(found, _BESIDE | {"whether"}):
        return Command("greeting")
    said = [word for word in found if not word & _BESIDE]
    if asks or not said:
        return Command("thanks") if "thanks" in every and not asks else None
    had = len(said) > 1 and _all(said, _HAD) and "already" in said[-1]
    return Command("thanks") if had else None


def _without_whether(words: Sequence[frozenset[str]]) -> Sequence[frozenset[str]]:
    said = [word for word in words if not word & _BESIDE]
    return said[:-1] if len(said) > 1 and "whether" in said[-1] else words


def _case(words: Sequence[frozenset[str]]) -> Command | None:
    """What staff get a case of by itself. A number in it is no harm: they read the text."""
    every = frozenset().union(*words)
    for wish, beside in _CASES.items():
        if wish in every and _all(words, {wish, *beside}):
            return Command(wish)
    return None


def _of_the_menu(words: Sequence[frozenset[str]]) -> Command | None:
    """For help, or for a language."""
    said = [word for word in words if not word & _BESIDE]
    if not said:
        return None
    every = frozenset().union(*said)
    of_visits = "menu" in every and _all(said, _VISITS)
    if of_visits or _all(said, {"help", "language"}):
        return Command("help")
    languages = [one for one in _LANGUAGES if one in every]
    if _all(said, {*_LANGUAGES, "language"}) and languages in (["lo"], ["en"]):
        return Command("language", locale=languages[0])
    if _all(said, {"lo", "lo_Latn", "language"}) and "lo_Latn" in languages:
        return Command("language", locale="lo_Latn")
    return None


def _question(words: Sequence[frozenset[str]]) -> Command | None:
    """What becomes of her money. Who only says that she wants some is for a person to read."""
    every = frozenset().union(*words)
    if not _all(words, _QUESTION) or not every & {*_NAMED, "money", "paying"}:
        return None
    if "wanting" in every and not every & {*_NAMED, "knowing", "when"}:
        return None
    pays = any(word & _MOVING and not word - _MOVING - _BESIDE for word in words)
    return Command("ask") if "when" in every or not pays else None


def _sms(words: Sequence[frozenset[str]]) -> Command | None:
    """STOP or START, and of which SMS; politeness may stand anywhere."""
    said = [word for word in words if not word & _BESIDE]
    if len(said) > 1 and "favour" in said[0]:
        said = said[1:]
    wish, rest = _wish(said) if said else (None, [])
    if wish is None or not _all(rest, _OF_SMS):
        return None
    if wish == "help":
        return Command(wish)
    every = frozenset().union(*rest)
    money, health = every & {"money", "payday"}, "health" in every
    # "Stop receiving the money" is what somebody tells who gets none any more.
    carrying = "carrying" in every.union(*said[:1])
    if money and (health or (carrying and "sms" not in every)):
        return None
    return Command(wish, "payment" if money else "health" if health else "all")


def _wish(
    said: Sequence[frozenset[str]],
) -> tuple[Literal["stop", "start", "help"] | None, Sequence[frozenset[str]]]:
    """The wish, and the words beside it, which say what SMS it is about."""
    first, rest = said[0], said[1:]
    if any("or" in word for word in rest):
        return "help", [word for word in said if not word & _EITHER]
    for wish in ("stop", "start"):
        if wish in first:
            return wish, [word for word in rest if wish not in word]
    beside = frozenset().union(*rest)
    if all("receiving" in word for word in said):
        return "start", []
    if "receiving" in first and "sms" in beside and "already" not in beside:
        return "start", rest
    return _switched(said)


def _switched(
    said: Sequence[frozenset[str]],
) -> tuple[Literal["stop", "start"] | None, Sequence[frozenset[str]]]:
    """Off and on, before or behind what is meant."""
    rest = [word for word in said if not word & {"on", "off"}]
    switch = frozenset().union(*said) & {"on", "off"}
    if len(switch) != 1 or not frozenset().union(*rest) & {"sms", "named"}:
        return None, rest
    return "stop" if "off" in switch else "start", rest


def _all(words: Sequence[frozenset[str]], allowed: frozenset[str] | set[str]) -> bool:
    return all(word & allowed for word in words)
