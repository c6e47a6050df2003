"""The session store: one value a session in Redis, written only by whoever read it last.

Keys: `ussd:<provider>:<session id>` holds "<turn>|<json>"; `ussd:cut:<pseudonym>` names the
session that a number was in last, for the offer to go on. Redis may be gone at any moment: a
caller of this module gets `UnavailableError`, waits 250 ms at most, and then not again for 5 s.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
from hiredis import pack_command
from redis import ConnectionPool, Redis
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import NoScriptError, RedisError

from gateway.ussd.session import Session

SCHEMA = 1
PAUSE_AFTER_FAILURE = 5.0
RESUME_SECONDS = 600

# Redis 6 to Valkey 9 all have Lua; SET's own conditions cannot compare a turn.
_WRITE = """
local held = redis.call('GET', KEYS[1])
local turn = held and string.match(held, '^%d+') or ''
if turn ~= ARGV[1] then return held or '' end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
if ARGV[4] == '' then redis.call('DEL', KEYS[2])
else redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[5]) end
return false
"""


_WRITE_SHA = hashlib.sha1(_WRITE.encode(), usedforsecurity=False).hexdigest()


class UnavailableError(Exception):
    """Redis did not answer; the service goes on without it."""


class StoredSession(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept between two hops.

    `owner` is a pseudonym of the number; `facts` the registry as read at the dial, left as the
    bytes it is, and `facts_print` its fingerprint; `resumed`: an offer to go on was made;
    `consumed` the length of the input so far and `digest` its keyed hash; `request_key` the
    operator's own mark of a repeated request, where it has one. `again` counts the conversations
    that ended under this session id before; this one `began` at that turn.
    """

    schema: int
    menu: str
    msisdn: str
    owner: str
    started_at: int
    session: Session
    facts: msgspec.Raw
    facts_print: str
    resumed: bool = False
    consumed: int
    digest: str
    turn: int
    reply: str
    closes: bool = False
    request_key: str | None = None
    again: int = 0
    began: int = 0


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(StoredSession).decode


class _Wire(threading.local):
    """A thread's own connection, spoken to without the client around it: half of a hop's Redis
    time is the client's pool, retries and telemetry.
    """

    def __init__(self, pool: ConnectionPool, opened: list[Any]) -> None:
        self._connection: Any = pool.make_connection()
        opened.append(self._connection)

    def ask(self, *command: Any) -> Any:
        """The answer. What a connection of before does not live to hear is asked once more on a new
        one, which may lead to another primary: doing it twice gives the same.
        """
        was_open = self._connection.is_connected
        try:
            return self._ask(command)
        except AwayError:
            if not was_open:
                raise
            return self._ask(command)

    def _ask(self, command: tuple[Any, ...]) -> Any:
        """After a failure the connection is closed, the next question opens another."""
        try:
            if not self._connection.is_connected:
                self._connection.connect()  # sending would, to localhost: it asks no sentinel
            self._connection.send_packed_command([pack_command(command)], check_health=False)
            return self._connection.read_response()
        except NoScriptError:
            raise
        except RedisError:
            self._connection.disconnect()
            raise


class SessionStore:
    def __init__(
        self, client: "Redis", *, ttl_seconds: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._opened: list[Any] = []  # by any thread
        self._wire = _Wire(client.connection_pool, self._opened)
        self._ttl = max(ttl_seconds, RESUME_SECONDS)
        self._monotonic = monotonic
        self._down_until = 0.0

    def close(self) -> None:
        for connection in self._opened:
            connection.disconnect()

    def load(self, provider: str, session_id: str) -> StoredSession | None:
        """The session; None where there is none, or one of an older schema."""
        return _parse(self._ask("GET", _key(provider, session_id)))

    def load_at_dial(
        self, provider: str, session_id: str, owner: str
    ) -> tuple[StoredSession | None, bytes | None]:
        """The session, and what `load_cut_off` wants of the one that `owner` (a pseudonym of the
        number) was in last, if that was cut off.
        """
        session, cut_off = self._ask("MGET", _key(provider, session_id), _cut_off_key(owner))
        return _parse(session), cut_off

    def load_cut_off(self, cut_off: bytes) -> StoredSession | None:
        """The session that was cut off, if it is still there."""
        return _parse(self._ask("GET", cut_off))

    def save(
        self, provider: str, session_id: str, stored: StoredSession, held: int | None
    ) -> StoredSession | None:
        """Write if the turn is still `held` (None: no session yet); else the winner's session."""
        key = _key(provider, session_id)
        keys_and_arguments = (
            2,
            key,
            _cut_off_key(stored.owner),
            "" if held is None else held,
            b"%d|%s" % (stored.turn, _encode(stored)),
            self._ttl,
            "" if stored.closes else key,
            RESUME_SECONDS,
        )
        return _parse(self._ask("EVALSHA", _WRITE_SHA, *keys_and_arguments))

    def _ask(self, *command: object) -> Any:
        if self._monotonic() < self._down_until:
            raise UnavailableError
        try:
            return self._ask_with_script(command)
        except RedisError as error:
            self._down_until = self._monotonic() + PAUSE_AFTER_FAILURE
            raise UnavailableError from error

    def _ask_with_script(self, command: tuple[object, ...]) -> Any:
        try:
            return self._wire.ask(*command)
        except NoScriptError:  # a new or emptied Redis: it learns the script once
            _name, _sha, *rest = command
            return self._wire.ask("EVAL", _WRITE, *rest)


def _key(provider: str, session_id: str) -> str:
    return f"ussd:{provider}:{session_id}"


def _cut_off_key(owner: str) -> str:
    return f"ussd:cut:{owner}"


def _parse(value: Any) -> StoredSession | None:
    if not isinstance(value, bytes) or not value:
        return None
    try:
        stored = _decode(value[value.index(b"|") + 1 :])
    except (msgspec.DecodeError, ValueError):
        return None
    return stored if stored.schema == SCHEMA else None
