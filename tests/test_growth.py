"""What reads a stranger's text takes a time that grows as the text does, not as its square.

Compared is the processor's time of this thread for a text and for one eight times as long: about
eight where it grows as the text does, sixty-four where as its square.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import create_mock_engine

from gateway.core.encoding import normalize, to_gsm7
from gateway.core.errors import InvalidMsisdn
from gateway.core.lao_text import compose, romanise, tidy_name
from gateway.core.msisdn import parse
from gateway.core.segments import segment
from gateway.finding.typed import matching
from gateway.logs import redact
from gateway.messaging.receiving.keywords import understand
from gateway.messaging.wordings import fit
from gateway.ussd.syllables import cut, syllables

POSTGRESQL: Any = create_mock_engine("postgresql+psycopg://", print)
SHORT, TIMES, MOST_TIMES = 1500, 8, 24
NOTHING = 0.002  # seconds: below that a pause of the machine says more than the text

READERS: dict[str, Callable[[str], object]] = {
    "compose": compose,
    "tidy_name": tidy_name,
    "romanise": romanise,
    "normalize": lambda text: normalize("NFD", text),
    "to_gsm7": to_gsm7,
    "segment": segment,
    "syllables": syllables,
    "cut": lambda text: cut(text, 80),
    "fit": lambda text: (fit(text, "lo"), fit(text, "lo_Latn")),
    "understand": understand,
    "redact": redact,
    "matching": lambda text: matching(
        POSTGRESQL, text, named=True, villages_called=lambda _text: ()
    ),
    "parse": parse,
}
ROWS = {
    "tones": "\u0ec8",
    "tones and vowels": "\u0ec8\u0eb4",
    "marks out of order": "\u0301\u0327",
    "am": "\u0ecd\u0ec8",
    "consonants": "ກ",
    "leading vowels": "ເ",
    "silent letters": "ເອ",
    "words": "ບ້ານ",
    "blanks": " ",
    "digits": "9",
    "digits and blanks": "9 ",
    "brackets": "(a",
    "joined": "a\u00a0",
    "keys in an address": "&key=",
    "percent": "%2B",
}


def _seconds(read: Callable[[str], object], text: str) -> float:
    begun_at = time.thread_time()
    with suppress(InvalidMsisdn):
        read(text)
    return time.thread_time() - begun_at


def _grows_as_the_text(read: Callable[[str], object], row: str, end: str) -> bool:
    text = (row * SHORT)[:SHORT]
    short = max(_seconds(read, text + end), NOTHING / TIMES)
    return _seconds(read, text * TIMES + end) < short * MOST_TIMES


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_the_time_grows_as_the_text_does(read: Callable[[str], object], row: str):
    for end in ("", "x"):  # where nothing fits at the end, all before it may be tried again
        assert any(_grows_as_the_text(read, row, end) for _ in range(5))


@pytest.mark.long
def test_this_test_would_see_a_square():
    tones = re.compile("([\u0ec8-\u0ecb]+)([\u0eb4]+)")

    assert not any(
        _grows_as_the_text(lambda text: tones.sub(r"\2\1", text), "\u0ec8", "x") for _ in range(5)
    )
