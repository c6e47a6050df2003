"""What a request brings beyond what its session has consumed; pure.

`text` accumulates on most networks and never shrinks, so new input is what follows the prefix
the session remembers, never the last part: "1*1" can be a repeated request or a new key.
"""

import hashlib
import re
from enum import Enum

import msgspec

from gateway.providers.base import UssdRequest
from gateway.sessions import StoredSession

LONGEST_INPUT = 400  # characters; 180 s of typing do not make more

LONGEST_HINTS = 99  # characters, of the network

_STATE = re.compile(r"[a-z0-9_]{1,40}")  # what comes back may be anything, and is stored as a trail


class NoStep(Enum):
    """Why a request brings nothing to step."""

    SAME_AGAIN = "a repeated or late request: the stored reply"
    DIVERGED = "not a continuation of this session"


class Token(msgspec.Struct, frozen=True):
    """One input, and what the event it may cause is keyed by."""

    text: str
    consumed: str


def digest(key: bytes, text: str) -> str:
    """A keyed hash: the text may hold a PIN."""
    return hashlib.blake2b(text.encode(), key=key, digest_size=12).hexdigest()


def new_tokens(
    request: UssdRequest, stored: StoredSession, key: bytes
) -> tuple[Token, ...] | NoStep:
    """The tokens to step, or why there are none."""
    if stored.msisdn != request.msisdn.e164:
        return NoStep.DIVERGED
    if not request.accumulated:
        return _single(request, stored)
    consumed, text = stored.consumed, request.text
    if len(text) < consumed:
        return NoStep.SAME_AGAIN
    rest = text[consumed:]
    if digest(key, text[:consumed]) != stored.digest or (consumed and rest[:1] not in {"", "*"}):
        return NoStep.DIVERGED
    if not rest:
        return NoStep.SAME_AGAIN
    return split(rest[1:], text[: consumed + 1]) if consumed else split(rest)


def split(text: str, before: str = "") -> tuple[Token, ...]:
    """Tokens of accumulated input; each remembers all that was typed up to and with it."""
    tokens, so_far = [], before
    for part in text.split("*"):
        tokens.append(Token(part, so_far + part))
        so_far += part + "*"
    return tuple(tokens)


def _single(request: UssdRequest, stored: StoredSession) -> tuple[Token, ...] | NoStep:
    if request.request_key and request.request_key == stored.request_key:
        return NoStep.SAME_AGAIN
    echoed = Hints.read(request.hop_metadata)
    if echoed is not None and echoed.turn < stored.turn:
        return NoStep.SAME_AGAIN
    if echoed is None and not (request.text or request.request_key or stored.turn):
        return NoStep.SAME_AGAIN  # the dial again: it had nothing to echo
    before = f"{stored.turn}|"  # the turn stands for what was typed before
    return tuple(Token(part.text, before + part.consumed) for part in split(request.text))


class Hints(msgspec.Struct, frozen=True):
    """What a replay cannot know, carried by the network where it echoes hop metadata.

    At most 99 characters and no "|": africastalking.md.
    """

    started_at: int
    menu: str
    facts: str
    turn: int
    resumed: bool
    state: str

    def write(self) -> str:
        resumed = "r" if self.resumed else "-"
        return f"1.{self.started_at:x}.{self.menu}.{self.facts}.{self.turn}.{resumed}.{self.state}"

    @staticmethod
    def read(text: str | None) -> "Hints | None":
        """None where the network does not echo, or echoes something else."""
        parts = (text or "").split(".")
        if text is not None and len(text) > LONGEST_HINTS:
            return None
        try:
            version, started_at, menu, facts, turn, resumed, state = parts
            hints = Hints(int(started_at, 16), menu, facts, int(turn), resumed == "r", state)
        except ValueError:
            return None
        return hints if version == "1" and _STATE.fullmatch(state) else None
