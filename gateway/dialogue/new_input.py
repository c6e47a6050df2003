"""What a request brings beyond what its session has consumed; pure.

`text` accumulates on most networks and never shrinks, so new input is what follows the prefix
the session remembers, never the last part: "1*1" can be a repeated request or a new key. All is
compared as it was meant: Lao or full-width digits are digits, and what stands around an answer
(blanks, line ends, #) is left out, wherever on the way it came in or got lost.
"""

import hashlib
import re
import unicodedata
from enum import Enum

import msgspec

from gateway.providers.base import UssdRequest
from gateway.sessions import StoredSession

LONGEST_INPUT = 400  # characters; 180 s of typing do not make more

LONGEST_HINTS = 99  # characters, of the network

_PLAIN = re.compile(r"[0-9*]*")
_MARKS = r"[\s#\uff03\u200b-\u200f\u2060\ufeff]+"  # keyboards and networks add them
_AROUND = re.compile(f"^{_MARKS}|{_MARKS}$")

_STATE = re.compile(r"[a-z0-9_]{1,40}")  # what comes back may be anything, and is stored as a trail


class NoStep(Enum):
    """Why a request brings nothing to step."""

    SAME_AGAIN = "a repeated or late request: the stored reply"
    DIVERGED = "not a continuation of this session"


def as_meant(text: str) -> str:
    """`text` with its digits as 0 to 9 and every answer between two `*` without what surrounds it.

    What is added behind keeps what stood before as it is: "2 " and "2 *1" begin alike.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "*".join(_AROUND.sub("", part) for part in _in_digits(text).split("*"))


def _in_digits(text: str) -> str:
    return "".join(one if one.isascii() else str(unicodedata.decimal(one, one)) for one in text)


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
    if echoed is not None and echoed.turn > stored.turn:
        return NoStep.DIVERGED  # a failover set the session back: the key is for a later page
    first = stored.turn == stored.began
    if first and echoed is None and not (request.text or request.request_key):
        return NoStep.SAME_AGAIN  # the dial again: it had nothing to echo
    before = f"{stored.turn}|"  # the turn stands for what was typed before
    return tuple(Token(part.text, before + part.consumed) for part in split(request.text))


def starts_over(request: UssdRequest, stored: StoredSession) -> bool:
    """Whether this is a new dial under an id that an earlier conversation had.

    Some operators' only session id is the number. Where the network says that this is a dial it is
    one, unless it is the first request again: by the network's own id of it, or, where it has none,
    by nothing typed then or since. Where it does not tell a dial from an answer, an empty text
    after an END is a new dial; before it, the first request again.
    """
    if request.kind is None:
        return stored.closes and not request.text
    if request.kind == "answer":
        return False
    if request.request_key:
        return request.request_key != stored.request_key
    return stored.closes or bool(request.text) or stored.turn != stored.began


def conversation_id(session_id: str, again: int) -> str:
    """What a conversation is known by: its session's id, but for those `again` under the same."""
    if not again:
        return session_id
    short = hashlib.blake2b(session_id.encode(), digest_size=12).hexdigest()
    return f"{short}~{again}"  # a session's own id may fill the column


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
    again: int = 0

    def write(self) -> str:
        resumed = ("r" if self.resumed else "-") + (str(self.again) if self.again else "")
        return f"1.{self.started_at:x}.{self.menu}.{self.facts}.{self.turn}.{resumed}.{self.state}"

    @staticmethod
    def read(text: str | None) -> "Hints | None":
        """None where the network does not echo, or echoes something else."""
        parts = (text or "").split(".")
        if text is not None and len(text) > LONGEST_HINTS:
            return None
        try:
            version, started_at, menu, facts, turn, resumed, state = parts
            hints = Hints(
                started_at=int(started_at, 16),
                menu=menu,
                facts=facts,
                turn=int(turn),
                resumed=resumed.startswith("r"),
                state=state,
                again=int(resumed[1:4] or 0),
            )
        except ValueError:
            return None
        return hints if version == "1" and _STATE.fullmatch(state) else None
