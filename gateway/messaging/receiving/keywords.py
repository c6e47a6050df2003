"""What an SMS asks for, in Lao, in Latin letters and in English. Pure.

Letters alone count: punctuation of any script, emoji, wide letters and what nobody sees do not. A
text is a command only where every word of it is a word of commands: a sentence that merely holds
one ("the bus does not stop here") is for a person to read. What has no letters is for nobody.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.core.lao_text import compose

Wish = Literal[
    "stop", "start", "ask", "help", "language", "blank", "other",
    "not_paid", "call_back", "wrong_number",
]  # fmt: skip
Subject = Literal["payment", "health", "broadcast", "all"]

LONGEST = 80  # letters; no command is longer
# What a word may be, and the words. Lao is written without spaces, so phrases need none either.
VOCABULARY: Mapping[str, str] = {
    "polite": """please, pls, plz, ples, plis, kindly, thanks, thank you, thx, sir, madam, hello,
        ກະລຸນາ, ຂໍ, ຂໍໃຫ້, ແດ່, ແນ່, ເດີ້, ເດີ, ເດ້, ເດີ່, ຂອບໃຈ, ສະບາຍດີ, ຄັບ, ຄ່ະ, ເຈົ້າ, ໂດຍ,
        kaluna, kalouna, kho, dae, de, deu, der, khopchai, khop chai, sabaidee, sabaydi""",
    "wanting": """i, want, want to, would like, like to, id like to, i d like to, need, to me,
        for me, ຂ້ອຍ, ຂ້ານ້ອຍ, ຂະນ້ອຍ, ນ້ອງ, ເອື້ອຍ, ຢາກ, ຢາກຈະ, ຕ້ອງການ, ໃຫ້ຂ້ອຍ, ຫາຂ້ອຍ, ມາຫາຂ້ອຍ,
        khoy, khoi, khanoy, nong, yak, yakcha, tongkan, hai khoy""",
    # As in ຊ່ວຍຢຸດແດ່: "help" that asks to be so kind.
    "favour": "ຊ່ວຍ, xouay, souay",
    "stop": """stop, stopall, unsubscribe, unsubscribe me, cancel, quit, end, optout, opt out,
        remove me, no more sms, no more messages, no sms, yut, yout, yud,
        ຢຸດ, ຢຸດເຊົາ, ເຊົາ, ຍົກເລີກ, ຢ່າສົ່ງ, ບໍ່ຕ້ອງສົ່ງ, ບໍ່ຮັບຂໍ້ຄວາມ, ບໍ່ເອົາຂໍ້ຄວາມ,
        ບໍ່ຢາກຮັບ, ບໍ່ຢາກຮັບຂໍ້ຄວາມ, ບໍ່ຢາກໄດ້ຂໍ້ຄວາມ, ບໍ່ຢາກໄດ້ຮັບຂໍ້ຄວາມ, ບໍ່ຕ້ອງການຂໍ້ຄວາມ,
        ບໍ່ຕ້ອງການຮັບຂໍ້ຄວາມ, nyokleuk, nyok leuk, ya song, bo tong song, bo hap khokhouam,
        bo ao khokhouam, bo yak hap, bo yak hap khokhouam, bo yak dai khokhouam""",
    "start": """start, unstop, subscribe, resume, optin, opt in, leum, lerm, leumton, samak,
        ເລີ່ມ, ເລີ່ມຕົ້ນ, ສະໝັກ""",
    "on": "on, turn on, switch on, peut, ເປີດ",
    "off": "off, turn off, switch off, pit, ປິດ",
    "receiving": "get, receive, hap, ຮັບ",
    "or": "or, lu, ຫຼື",
    "ask": """ຖາມ, tham, ຂໍເປັນຂໍ້ຄວາມ, kho pen khokhouam, by sms, amount, ຈຳນວນເງິນ,
        chamnouan ngeun""",
    "payday": """payday, pay day, paydate, pay date, payment date, vanchay, van chay, mu chay,
        vanchay ngeun, van chay ngeun, mu chay ngeun, van hap ngeun, mu hap ngeun,
        ວັນຈ່າຍ, ວັນຈ່າຍເງິນ, ມື້ຈ່າຍ, ມື້ຈ່າຍເງິນ, ວັນຮັບເງິນ, ມື້ຮັບເງິນ, ວັນເງິນອອກ, ມື້ເງິນອອກ""",
    "registration": """registration, register, longthabian, thabian, kouat thabian,
        ລົງທະບຽນ, ທະບຽນ, ກວດທະບຽນ""",
    "money": "money, payment, payments, ngeun, ngeun outnoun, ເງິນ, ເງິນອຸດໜູນ",
    "health": "health, soukhaphap, ສຸຂະພາບ",
    "named": "payment, payments, health",  # SMS without the word for it: "Payment: off"
    "knowing": "know, tell me, hou, bok, ຮູ້, ບອກ",
    "when": "when, mudai, mu dai, vandai, van dai, ມື້ໃດ, ວັນໃດ, ເມື່ອໃດ, ຍາມໃດ, ຕອນໃດ",
    "asking": "is, what, my, the, next, ຕໍ່ໄປ, ຂອງຂ້ອຍ, ແມ່ນ",
    "paying": "ອອກ, ຈ່າຍ, ໄດ້, ຮັບ, chay, dai, hap",
    "carrying": """receiving, sending, send, hap, song, ຮັບ, ສົ່ງ, ຢ່າສົ່ງ, ບໍ່ຕ້ອງສົ່ງ, ບໍ່ຢາກຮັບ,
        ya song, bo tong song, bo yak hap""",
    "sms": """sms, msg, msgs, message, messages, text, texts, reminder, reminders, khokhouam,
        khokhouam tuan, khokhouam cheng tuan, cheng tuan, tuan, notification, notifications,
        ຂໍ້ຄວາມ, ຂໍ້ຄວາມເຕືອນ, ຂໍ້ຄວາມແຈ້ງເຕືອນ, ແຈ້ງເຕືອນ, ການແຈ້ງເຕືອນ, ເຕືອນ""",
    "which": """all, every, the, these, them, your, again, about, thangmot, thouk, ni, nan,
        khong, ik,
        ທັງໝົດ, ໝົດ, ທຸກ, ອີກ, ມາ, ໃໝ່, ນີ້, ຂອງ, ເລື່ອງ, ກ່ຽວກັບ""",
    "already": "already, leo, ແລ້ວ",
    # What the menu opens a case for.
    "not_paid": """not paid, was not paid, wasnt paid, wasn t paid, not been paid,
        have not been paid, did not get paid, didnt get paid, didn t get paid, did not get money,
        did not get the money, got no money, tell us, ບໍ່ໄດ້ຮັບເງິນ, ບໍ່ໄດ້ເງິນ, ບໍ່ທັນໄດ້ຮັບເງິນ,
        ບໍ່ທັນໄດ້ເງິນ, ແຈ້ງພວກເຮົາ, bo dai hap ngeun, bo dai ngeun, bo than dai hap ngeun,
        bo than dai ngeun, cheng phouak hao""",
    "call_back": """call me, call me back, call back, phone me, ring me, ໂທກັບຫາຂ້ອຍ, ໂທກັບ,
        ໂທກັບຄືນ, ໂທກັບມາ, ໂທຫາຂ້ອຍ, ໂທຫາ, ໂທມາ, tho kap ha khoy, tho kap, tho ha khoy, tho ma""",
    "wrong_number": """wrong number, wrong person, sent to the wrong person, not my number,
        sent to the wrong number, this is the wrong number, this is not my number,
        you have the wrong number, ຜິດເບີ, ເບີຜິດ, ສົ່ງຜິດເບີ, ຜິດຄົນ, ສົ່ງຜິດຄົນ, ບໍ່ແມ່ນເບີຂ້ອຍ,
        ບໍ່ແມ່ນເບີຂອງຂ້ອຍ, phit beu, beu phit, song phit beu, phit khon, song phit khon,
        bo men beu khoy, bo men beu khong khoy""",
    "yet": "yet, still, ຍັງ, ເທື່ອ, nyang, thua",
    # Behind a request: ຢຸດບໍ່? asks as politely as "stop?" does. Before one it is no.
    "whether": "ບໍ່, ບໍ, bo",
    "help": """help, help me, info, information, menu, commands, xouay, xuay, xouaylua, souay,
        khomoun, ຊ່ວຍ, ຊ່ວຍເຫຼືອ, ຂໍ້ມູນ, ວິທີໃຊ້""",
    # Lines of the menu that no SMS answers: it tells the code to dial.
    "menu": """health, soukhaphap, ສຸຂະພາບ, health check, health checks, kouat soukhaphap, nat kouat,
        ກວດສຸຂະພາບ, ນັດກວດ, ວັນນັດ, ມື້ນັດ, ວັນກວດ, ມື້ກວດ, visit, visits, my visit, my visits,
        appointment, appointments, van nat, mu nat, who can get it, phai dai hap,
        ໃຜໄດ້ຮັບ, main menu, na tham it, ໜ້າທຳອິດ""",
    "language": "language, languages, phasa, ພາສາ",
    "lo": "lao, toua lao, script, ລາວ, ຕົວລາວ",
    "lo_Latn": "abc, latin, karaoke",
    "en": "english, eng, angkit, ອັງກິດ",
}
_BESIDE = frozenset({"polite", "wanting"})
_QUESTION = _BESIDE | {
    "ask", "payday", "registration", "money", "when", "asking", "paying", "knowing",
}  # fmt: skip
_OF_SMS = frozenset({"money", "payday", "health", "carrying", "sms", "which", "already"})
_CASES: Mapping[Wish, frozenset[str]] = {  # and the words that may stand beside theirs
    "not_paid": _BESIDE | {"yet", "already"},
    "call_back": _BESIDE | {"favour"},
    "wrong_number": _BESIDE | {"sms", "which", "stop", "already"},
}
_VISITS = frozenset({"menu", "asking", "when", "knowing"})
_EITHER = frozenset({"or", "stop", "start", "on", "off", "receiving"})
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
    """`STOP`, `ຂໍຢຸດແດ່`, `stop health`, `?`, `payday?`, `HELP`, `English`, `wrong number`; else for
    a person. `blank`: no letter in it, nor a question mark: 👍, 26000001, `*123#`.
    """
    letters = _letters(text)
    if not letters:
        asks = any("?" in unicodedata.normalize("NFKC", char) for char in text)
        return Command("ask" if asks else "blank")
    found = _words(letters) if len(letters) <= LONGEST else None
    if not found:
        return Command("other")
    words = _without_whether(found)
    has_digits = any(char.isdigit() for char in text)
    return _sms(words) or _case(words) or _of_words(words, has_digits=has_digits)


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


def _of_words(words: Sequence[frozenset[str]], *, has_digits: bool) -> Command:
    """A question, for help or for a language. A number in it is something to be read."""
    if has_digits:
        return Command("other")
    if _is_question(words):
        return Command("ask")
    said = [word for word in words if not word & _BESIDE]
    every = frozenset().union(*said)
    of_visits = "menu" in every and _all(said, _VISITS)
    if said and (of_visits or _all(said, {"help", "language"})):
        return Command("help")
    languages = [one for one in _LANGUAGES if one in every]
    if _all(said, {*_LANGUAGES, "language"}) and languages in (["lo"], ["en"]):
        return Command("language", locale=languages[0])
    if _all(said, {"lo", "lo_Latn", "language"}) and "lo_Latn" in languages:
        return Command("language", locale="lo_Latn")
    return Command("other")


def _is_question(words: Sequence[frozenset[str]]) -> bool:
    """What becomes of her money. Who only says that she wants some is for a person to read."""
    every = frozenset().union(*words)
    about = {"ask", "payday", "registration"}
    if not _all(words, _QUESTION) or not every & {*about, "money", "paying"}:
        return False
    if "wanting" in every and not every & {*about, "knowing", "when"}:
        return False
    pays = any(word <= {"paying", "carrying", "receiving"} for word in words)
    return "when" in every or not pays


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
