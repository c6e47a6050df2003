"""A phone for tests: transcripts are played on it, whatever answers behind it.

A transcript is what the caller presses and what she sees:

    > *123#
    CON Mother-child money
    1 ...
    > 2
    END ...

Lines of verbs stand alone: `(retry)` repeats the last request and expects the same bytes,
`(redial)` starts a new session, `(Redis forgets everything)` flushes it.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, zip_longest
from pathlib import Path
from typing import Protocol

from gateway.ussd.pager import Budget

TRANSCRIPTS = Path(__file__).parent / "transcripts"
_numbers = count(1)


class Line(Protocol):
    """What is behind a handset: one way in which a request reaches the menu."""

    def send(self, session_id: str, msisdn: str, text: str, metadata: str) -> tuple[str, str]:
        """(body with its CON or END, hop metadata) for all input so far."""
        ...

    def forget(self) -> None:
        """Redis loses everything."""
        ...


@dataclass
class Handset:
    line: Line
    msisdn: str
    budget: Budget = field(default_factory=Budget)
    echoes: bool = True  # the network sends our hop metadata back
    body: str = ""

    def dial(self, code: str = "*123#") -> str:
        """Dial the service, or deep into it: `*123*1#`."""
        self._session_id = f"ATUid_{next(_numbers):032x}"
        self._text = code.removeprefix("*123").strip("*#")
        self._metadata = ""
        return self._hop()

    def press(self, key: str) -> str:
        assert self.body.startswith("CON "), f"the session has ended: {self.body!r}"
        self._text = f"{self._text}*{key}" if self._text else key
        return self._hop()

    def retry(self) -> str:
        """The network repeats the request; the caller sees the same bytes."""
        before = self.body
        assert self.repeat() == before
        return before

    def repeat(self) -> str:
        """The network repeats the request, whatever comes of it."""
        return self._hop()

    def timeout(self) -> None:
        """The caller takes too long, or the signal is gone: nobody tells us."""
        self.body = ""

    @property
    def screen(self) -> str:
        return self.body[4:]

    def _hop(self) -> str:
        sent = self._metadata if self.echoes else ""
        self.body, self._metadata = self.line.send(self._session_id, self.msisdn, self._text, sent)
        self._check()
        return self.body

    def _check(self) -> None:
        assert re.match(r"(CON|END) \S", self.body), f"no screen: {self.body!r}"
        assert self.budget.fits(self.screen), f"over the page: {self.body!r}"

    def play(self, transcript: str) -> None:
        """Every key, and every screen to the letter."""
        for action, expected in _steps(transcript):
            seen = self._act(action)
            if expected is not None and seen != expected:
                raise AssertionError(f"after {action!r}\n{side_by_side(expected, seen)}")

    def _act(self, action: str) -> str:
        verbs: dict[str, Callable[[], object]] = {
            "(retry)": self.retry,
            "(timeout)": self.timeout,
            "(Redis forgets everything)": self.line.forget,
        }
        if action in verbs:
            verbs[action]()
            return self.body
        key = action.removeprefix("> ").removeprefix(">")
        return self.dial(key) if key.startswith("*123") else self.press(key)


def _steps(transcript: str) -> list[tuple[str, str | None]]:
    """(action, screen that follows, None after a verb that shows nothing)."""
    steps: list[tuple[str, list[str]]] = []
    for line in transcript.strip("\n").split("\n"):
        if line.startswith((">", "(")):
            steps.append((line.rstrip(), []))
        elif line and steps:
            steps[-1][1].append(line)
    return [(action, "\n".join(lines) if lines else None) for action, lines in steps]


def side_by_side(expected: str, seen: str) -> str:
    """Two screens beside each other; `|` marks the lines that differ."""
    pairs = [
        ("EXPECTED", "SEEN"),
        *zip_longest(expected.split("\n"), seen.split("\n"), fillvalue=""),
    ]
    width = max(_columns(left) for left, _right in pairs)
    return "\n".join(
        f"{left}{' ' * (width - _columns(left))} {' ' if left == right else '|'} {right}"
        for left, right in pairs
    )


def _columns(text: str) -> int:
    """How many columns of a terminal it takes: Lao vowels and tones above and below take none."""
    return sum(unicodedata.category(sign) not in {"Mn", "Cf"} for sign in text)
