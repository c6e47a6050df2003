"""What nobody means to send: values, forms and requests, the same again for the same seed."""

import base64
import json
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote_from_bytes

Pairs = list[tuple[str, str]]
Any_ = TypeVar("Any_")

_CURSORS: tuple[Any, ...] = (
    None, 1, "x", [], {}, [None], [None, None], [[[]]], [{"a": 1}], [True, False], [1e400, 1],
    [2**64], [-(2**63) - 1, 0], ["\0"], ["\0", "\0"], ["\ud800", 1], ["0001-01-01", "x"],
    ["0001-01-01T00:00:00+14:00", 1], ["9999-12-31T23:59:59.999999-12:00", 1],
    ["9999-12-31T23:59:59+00:00", "f" * 32], ["2026-11-24", "2026-11-24", 1, 1], ["x" * 9000],
)  # fmt: skip


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# "\udcff" and its like travel as the bare octet: no UTF-8 at all. "\ud800" travels as the three
# octets that a careless encoder makes of half a pair.
WORDS = (
    "", " ", "\t\n", "\0", "a\0b", "\x01\x1b[2J\x7f", "\ud800", "x\udfffy", "\udcff\udcfe",
    "\ufffe", "\u202e7", "\u200b", "\u0eb4\u0ec9", "ສະບາຍດີ", "ສາວ" * 30, "🤰🏽👍",
    "e\u0301" * 40, "໐໑໒", "²", "٣", "x\r\nSet-Cookie: a=b", "'; drop table events --",
    "<script>alert(1)</script>", "../../etc/passwd",
    "%(key)s %s {0} {{ 7 }}", "%", "%zz", "%00", "=1+1", "null", "[]", "{}", "true", "\\", "'", '"',
    "a & b | !c", "a:*", "'':*", "_%_", "*" * 90,
)  # fmt: skip
NUMBERS = (
    "0", "-1", "+1", "1.5", "1e309", "NaN", "Infinity", "1_000", "0x10", " 7 ", "00", "32768",
    "65536", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "18446744073709551616", "9" * 40, "9" * 4300, "9" * 4301, "1e400",
)  # fmt: skip
DAYS = (
    "0000-00-00", "0001-01-01", "0001-01", "1753-01-01", "1969-12-31", "2026-02-30", "2026-W48-1",
    "20261124", "2027-02-29", "9999-12", "9999-12-31", "10000-01-01", "0001-01-01 00:00:00",
    "9999-12-31 23:59:59", "9999-12-31T23:59:59.999999-14:00", "0001-01-01T00:00:00+14:00",
    "2026-11-24T25:61:61Z", "24:00", "23:59:60", "00:00", "2038-01-19 03:14:08", "31/12/9999",
)  # fmt: skip
IDS = (
    "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "urn:uuid:018bcfe5-6800-7000-8000-000000000000", "{018bcfe568007000800000000000000}", "f" * 32,
    "+8562055500001", "+856 20 5550 0001", "020 5550 0001", "+85620", "+88216000000", "26000001",
)  # fmt: skip
_NESTED = base64.urlsafe_b64encode(b"[" * 4500).decode()
CURSORS = (*map(_cursor, _CURSORS), _NESTED)
LONG = (("a", 9_000), ("ກ", 3_000), ("9", 5_000), (" ", 9_000), ("\0", 5_000), ("'", 3_000))
_KINDS: tuple[Sequence[str], ...] = (WORDS, WORDS, NUMBERS, DAYS, IDS, CURSORS)


class Odd:
    """Everything comes from `random`, which its maker has seeded."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, among: Sequence[Any_]) -> Any_:
        return self.random.choice(among)

    def value(self, usual: str = "") -> str:
        """An odd value, at times the `usual` one with something odd in it."""
        if self.chance(0.05):
            sign, times = self.pick(LONG)
            return sign * times
        odd: str = self.pick(self.pick(_KINDS))
        if usual and self.chance(0.3):
            at = self.random.randrange(len(usual) + 1)
            return usual[:at] + odd + usual[at:]
        return odd

    def fields(self, usual: Iterable[tuple[str, str]], others: Sequence[str] = ()) -> Pairs:
        """`usual` with some values odd, some fields gone, some twice, and some that nobody has."""
        usual = list(usual)
        if usual and self.chance(0.5):
            at = self.random.randrange(len(usual))
            name, value = usual[at]
            return [*usual[:at], (name, self.value(value)), *usual[at + 1 :]]
        pairs: Pairs = []
        share = self.pick((0.0, 0.1, 0.3, 0.8))
        for name, value in usual:
            if self.chance(share / 4):
                continue
            pairs.append((name, self.value(value) if self.chance(share) else value))
            if self.chance(share / 8):
                pairs.append((name, self.value(value)))
        while self.chance(0.1):
            pairs.append((self.pick(others) if others else self.value(), self.value()))
        if self.chance(0.05):
            self.random.shuffle(pairs)
        return pairs


def octets(text: str) -> bytes:
    """`text` as it travels, halves of pairs too."""
    return b"".join(map(_octets, text))


def _octets(sign: str) -> bytes:
    if "\udc80" <= sign <= "\udcff":
        return bytes([ord(sign) - 0xDC00])
    return sign.encode(errors="surrogatepass")


def encoded(pairs: Pairs) -> bytes:
    """The fields as a browser or an operator encodes a form."""
    return "&".join(
        f"{quote_from_bytes(octets(name), safe='')}={quote_from_bytes(octets(value), safe='')}"
        for name, value in pairs
    ).encode()


def in_header(text: str) -> str:
    """`text` as a header brings it: one line, one character an octet."""
    line = octets(text).decode("latin-1")
    return "".join(sign for sign in line if sign not in "\r\n\0")
