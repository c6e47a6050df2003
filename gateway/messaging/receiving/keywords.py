"""What an SMS asks for, in Lao, in Latin letters and in English. Pure.

Letters alone count: punctuation of any script, emoji, wide letters and what nobody sees do not. A
text is a command only where every word of it is a word of commands: a sentence that merely holds
one ("the bus does not stop here") is for a person to read.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.core.lao_text import compose

Wish = Literal["stop", "start", "ask", "help", "language", "other"]
Subject = Literal["payment", "health", "broadcast", "all"]

LONGEST = 80  # letters; no command is longer
# What a word may be, and the words. Lao is written without spaces, so phrases need none either.
VOCABULARY: Mapping[str, str] = {
    "polite": """please, pls, plz, ples, plis, kindly, thanks, thank you, thx, sir, madam, hello,
        ກະລຸນາ, ຂໍ, ຂໍໃຫ້, ແດ່, ແນ່, ເດີ້, ເດີ, ເດ້, ເດີ່, ຂອບໃຈ, ສະບາຍດີ, ຄັບ, ຄ່ະ, ເຈົ້າ, ໂດຍ,
        kaluna, kalouna, kho, dae, de, deu, der, khopchai, khop chai, sabaidee, sabaydi""",
    "stop": """stop, stopall, unsubscribe, unsubscribe me, cancel, quit, end, optout, opt out,
        remove me, no more sms, no more messages, no sms, yut, yout, yud,
        ຢຸດ, ຢຸດເຊົາ, ເຊົາ, ຍົກເລີກ, ຢ່າສົ່ງ, ບໍ່ຕ້ອງສົ່ງ, ບໍ່ຮັບຂໍ້ຄວາມ, ບໍ່ເອົາຂໍ້ຄວາມ,
        ບໍ່ຢາກຮັບຂໍ້ຄວາມ, ບໍ່ຢາກໄດ້ຂໍ້ຄວາມ""",
    "start": """start, unstop, subscribe, resume, optin, opt in, leum, lerm, ເລີ່ມ, ເລີ່ມຕົ້ນ, ສະໝັກ""",
    "ask": "ຖາມ, tham",
    "payday": """payday, pay day, paydate, pay date, payment date, vanchay, van chay, vanchay ngeun,
        ວັນຈ່າຍ, ວັນຈ່າຍເງິນ, ມື້ຈ່າຍ, ມື້ຈ່າຍເງິນ, ວັນຮັບເງິນ, ມື້ຮັບເງິນ, ວັນເງິນອອກ, ມື້ເງິນອອກ""",
    "money": "money, payment, payments, ngeun, ເງິນ, ເງິນອຸດໜູນ",
    "health": "health, soukhaphap, ສຸຂະພາບ",
    "when": "when, mudai, mu dai, vandai, van dai, ມື້ໃດ, ວັນໃດ, ເມື່ອໃດ, ຍາມໃດ, ຕອນໃດ",
    "asking": "is, what, my, the, next, ຕໍ່ໄປ, ຂອງຂ້ອຍ, ແມ່ນ",
    "paying": "ອອກ, ຈ່າຍ, ໄດ້, ຮັບ, chay, dai, hap",
    "carrying": "receiving, sending, send, hap, song, ຮັບ, ສົ່ງ",
    "sms": """sms, msg, msgs, message, messages, text, texts, reminder, reminders, khokhouam,
        ຂໍ້ຄວາມ, ຂໍ້ຄວາມເຕືອນ""",
    "which": "all, the, these, your, again, thangmot, ທັງໝົດ, ໝົດ, ອີກ, ມາ, ແລ້ວ, ໃໝ່",
    "help": """help, help me, info, information, menu, commands, xouay, xuay, xouaylua, souay,
        khomoun, ຊ່ວຍ, ຊ່ວຍເຫຼືອ, ຂໍ້ມູນ, ວິທີໃຊ້""",
    "language": "language, languages, phasa, ພາສາ",
    "lo": "lao, ລາວ",
    "lo_Latn": "abc, latin, karaoke",
    "en": "english, eng, angkit, ອັງກິດ",
}
_QUESTION = frozenset({"ask", "payday", "money", "when", "asking", "paying", "polite"})
_OF_SMS = frozenset({"money", "payday", "health", "carrying", "sms", "which", "polite"})
_LANGUAGES = ("lo", "lo_Latn", "en")

_LAO = "\u0e80-\u0eff"
_BESIDE_LAO = re.compile(f"(?<=[{_LAO}]) | (?=[{_LAO}])")
_OFTEN = re.compile(r"([a-z])\1{2,}")
_SPELT = re.compile(r"[a-z](?: [a-z]){2,}")


@dataclass(frozen=True, slots=True)
class Command:
    """`subject` narrows `stop` and `start` down to one kind of SMS; `locale` is of `language`."""

    wish: Wish
    subject: Subject = "all"
    locale: str | None = None


def understand(text: str) -> Command:
    """`STOP`, `ຂໍຢຸດແດ່`, `stop health`, `?`, `payday?`, `HELP`, `English`; else for a person."""
    letters = _letters(text)
    if not letters:
        asks = any("?" in unicodedata.normalize("NFKC", char) for char in text)
        return Command("ask" if asks else "other")
    words = _words(letters) if len(letters) <= LONGEST else None
    if not words:
        return Command("other")
    return _sms(words) or _of_words(words, has_digits=any(char.isdigit() for char in text))


def _of_words(words: Sequence[frozenset[str]], *, has_digits: bool) -> Command:
    """A question, for help or for a language. A number in it is something to be read."""
    if has_digits:
        return Command("other")
    every = frozenset().union(*words)
    if _all(words, _QUESTION) and every & {"ask", "payday", "money", "paying"}:
        pays = any(word <= {"paying", "carrying"} for word in words)
        if "when" in every or not pays:
            return Command("ask")
    languages = [one for one in _LANGUAGES if one in every]
    if _all(words, {"help", "polite", "language"}) and every & {"help", "language"}:
        return Command("help")
    if _all(words, {*_LANGUAGES, "language", "polite"}) and languages in (["lo"], ["en"]):
        return Command("language", locale=languages[0])
    if _all(words, {"lo", "lo_Latn", "language", "polite"}) and "lo_Latn" in languages:
        return Command("language", locale="lo_Latn")
    return Command("other")


def _sms(words: Sequence[frozenset[str]]) -> Command | None:
    """STOP or START, and of which SMS; politeness may stand anywhere."""
    said = [word for word in words if "polite" not in word]
    wish: Wish | None = next((one for one in ("stop", "start") if said and one in said[0]), None)
    if wish is None or not _all(said[1:], {wish, *_OF_SMS}):
        return None
    every = frozenset().union(*said[1:])
    money, health = every & {"money", "payday"}, "health" in every
    # "Stop receiving the money" is what somebody tells who gets none any more.
    if money and (health or ("carrying" in every and "sms" not in every)):
        return None
    return Command(wish, "payment" if money else "health" if health else "all")


def _all(words: Sequence[frozenset[str]], allowed: frozenset[str] | set[str]) -> bool:
    return all(word & allowed for word in words)


def _letters(text: str) -> str:
    """The words of `text` in small letters, a space between two; Lao ones stand together."""
    seen = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cs"})
    plain = "".join(_plain(char) for char in compose(seen)).casefold()
    spaced = _BESIDE_LAO.sub("", " ".join(plain.split()))
    if _SPELT.fullmatch(spaced):
        spaced = spaced.replace(" ", "")
    return _OFTEN.sub(r"\1", spaced)


def _plain(char: str) -> str:
    """A wide or circled letter as it is usually written; a space for what is no letter."""
    if "\u0e80" <= char <= "\u0eff":
        return " " if char.isdigit() or not _is_lao_letter(char) else char
    if unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return ""
    usual = unicodedata.normalize("NFKC", char)
    return usual if len(usual) == 1 and usual.isalpha() else " "


def _is_lao_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" and char != "\u0ec6"  # the sign of repetition


def _words(letters: str) -> list[frozenset[str]] | None:
    """What each word may be; None where one is no word of commands."""
    found, at = [], 0
    while at < len(letters):
        word = _WORD.match(letters, at)
        if word is None:
            return None
        found.append(_MEANINGS[word[1]])
        at = word.end()
    return found


def _meanings() -> dict[str, frozenset[str]]:
    meanings: dict[str, set[str]] = {}
    for meaning, words in VOCABULARY.items():
        for word in words.split(","):
            meanings.setdefault(_letters(word), set()).add(meaning)
    return {word: frozenset(found) for word, found in meanings.items()}


_MEANINGS = _meanings()
_LONGEST_FIRST = "|".join(re.escape(word) for word in sorted(_MEANINGS, key=len, reverse=True))
_WORD = re.compile(f"({_LONGEST_FIRST})(?:(?<![a-z])|(?![a-z])) ?")
