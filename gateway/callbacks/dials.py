"""Which dialogue an answer belongs to, where the operator's own session id comes again.

Every dial therefore gets an id of its own, that of its request, kept in Redis for as long as the
operator keeps a session: what a caller did is stored under it, once for each dial.
"""

import time
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from redis import Redis
from redis.exceptions import RedisError

from gateway.providers.base import UssdRequest
from gateway.sessions import PAUSE_AFTER_FAILURE


class Dials:
    """Redis may be gone: a dial then still gets its first page, an answer is asked to dial again.

    `client` fails fast (`gateway.sessions.connect`); after a failure it is left alone for a while.
    """

    def __init__(
        self, client: Redis, *, ttl_seconds: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._ttl = ttl_seconds
        self._monotonic = monotonic
        self._down_until = 0.0

    def named(self, request: UssdRequest) -> UssdRequest:
        """`request` under the id of its dial; under one that nothing is kept for where unknown."""
        if request.kind == "dial":
            return replace(request, session_id=self._open(request))
        dial_id = self.find(request.provider, request.session_id)
        return replace(request, session_id=dial_id or f"lost.{request.request_key}")

    def find(self, provider: str, session_id: str) -> str | None:
        """The dial that the operator's `session_id` stands for now, if that is known."""
        found = self._ask(lambda: self._client.get(_key(provider, session_id)))
        return found.decode() if isinstance(found, bytes) else None

    def _open(self, request: UssdRequest) -> str:
        dial_id = str(request.request_key)
        key = _key(request.provider, request.session_id)
        self._ask(lambda: self._client.set(key, dial_id, ex=self._ttl))
        return dial_id

    def _ask(self, command: Callable[[], Any]) -> Any:
        if self._monotonic() < self._down_until:
            return None
        try:
            return command()
        except RedisError:
            self._down_until = self._monotonic() + PAUSE_AFTER_FAILURE
            return None


def _key(provider: str, session_id: str) -> str:
    return f"ussd:dial:{provider}:{session_id}"
