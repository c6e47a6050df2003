"""What an SMS from a handset asks for, in Lao, in Latin letters and in English. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from gateway.core.lao_text import compose

Wish = Literal["stop", "start", "ask", "other"]
Subject = Literal["payment", "health", "broadcast", "all"]

WISHES: dict[str, Wish] = {
    "stop": "stop", "ຢຸດ": "stop", "yut": "stop", "yout": "stop",
    "unsubscribe": "stop", "cancel": "stop", "quit": "stop", "end": "stop",
    "start": "start", "ເລີ່ມ": "start", "leum": "start", "lerm": "start",
    "?": "ask", "info": "ask", "ຖາມ": "ask", "tham": "ask", "ວັນຈ່າຍ": "ask", "vanchay": "ask",
    "ເງິນ": "ask", "ngeun": "ask", "money": "ask",
}  # fmt: skip
SUBJECTS: dict[str, Subject] = {
    "payment": "payment", "ເງິນ": "payment", "ngeun": "payment", "money": "payment",
    "health": "health", "ສຸຂະພາບ": "health", "soukhaphap": "health",
    "all": "all", "sms": "all", "ທັງໝົດ": "all", "ສົ່ງ": "all", "ຂໍ້ຄວາມ": "all", "stop": "all",
    "please": "all",
}  # fmt: skip
_WORDS = re.compile(r"[^\s.,!:;\"'()*_-]+")


@dataclass(frozen=True, slots=True)
class Command:
    """`subject` narrows `stop` and `start` down to one kind of SMS."""

    wish: Wish
    subject: Subject = "all"


def understand(text: str) -> Command:
    """`STOP`, `ຢຸດ`, `stop health`, `ຢຸດສຸຂະພາບ`, `?`; everything else is for a person to read.

    A command is one or two words: a sentence that begins with one of them is not taken for it.
    """
    words = _WORDS.findall(compose(text).casefold())
    if len(words) == 1 and words[0] not in WISHES:
        words = _joined(words[0])
    if not 1 <= len(words) <= 2 or words[0] not in WISHES:
        return Command("other")
    wish = WISHES[words[0]]
    if len(words) == 1:
        return Command(wish)
    subject = SUBJECTS.get(words[1])
    return Command(wish, subject) if subject and wish != "ask" else Command("other")


def _joined(word: str) -> list[str]:
    """Lao is written without spaces: ຢຸດສຸຂະພາບ is two words."""
    for first in WISHES:
        rest = word.removeprefix(first)
        if rest != word and rest in SUBJECTS:
            return [first, rest]
    return [word]
