"""Clients of Redis, whichever way REDIS_URL names it: the only place where one is made.

They fail at once, without the repetitions and pauses of redis-py: whoever asks has a way without
Redis, and looks for it again later. Behind sentinels each new connection asks them for the primary;
one that is no primary any more is left.
"""

import time
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool

from gateway.redis_address import is_by_sentinel, sentinel_address

QUICK_SECONDS = 0.25
CONNECT_SECONDS = 1.0
REST_SECONDS = 0.5  # after sentinels that know of none, as while they agree on another
SILENT_SECONDS = 5.0  # after some that do not answer at all


def connect(url: str) -> "Redis":
    """For whom a caller waits: 250 ms for an answer, and for each sentinel that is silent."""
    return _client(url, QUICK_SECONDS, QUICK_SECONDS)


def connect_patiently(url: str, *, seconds: float) -> "Redis":
    """For who waits for work: `seconds` for an answer, blocking commands among them."""
    return _client(url, seconds, CONNECT_SECONDS)


def _client(url: str, seconds: float, connect_seconds: float) -> "Redis":
    bounds: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": connect_seconds,
        "retry": Retry(NoBackoff(), 0),
    }
    return _by_sentinel(url, bounds) if is_by_sentinel(url) else Redis.from_url(url, **bounds)


def _by_sentinel(url: str, bounds: dict[str, Any]) -> "Redis":
    address = sentinel_address(url)
    common: dict[str, Any] = bounds | dict(address.options)
    if address.tls:
        common["ssl"] = True
    asking = common | {
        "socket_timeout": common["socket_connect_timeout"],
        "username": address.sentinel_username,
        "password": address.sentinel_password,
    }
    sentinels = Sentinels(address.sentinels, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]
    pool = PrimaryPool(  # type: ignore[no-untyped-call]
        address.primary,
        sentinels,
        db=address.database,
        username=address.username,
        password=address.password,
        **common,
    )
    return Redis.from_pool(pool)


class Sentinels(Sentinel):
    """Asked one after the other, who answered last first. Where none knows, nobody asks again for
    a moment: threads that ask one by one would wait for the silent one by one.

    redis-py's own swaps places in its list, which two threads at once can make lose one of them.
    """

    _rests_until = 0.0

    def discover_master(self, service_name: str) -> tuple[str, int]:
        """(host, port); raises MasterNotFoundError, a ConnectionError of redis-py."""
        began_at = time.monotonic()
        if began_at >= self._rests_until:
            for sentinel in self.sentinels:
                found = _ask(sentinel, service_name)
                if found is not None:
                    others = [one for one in self.sentinels if one is not sentinel]
                    self.sentinels = [sentinel, *others]
                    return found
            ended_at = time.monotonic()
            silent = ended_at - began_at >= QUICK_SECONDS
            self._rests_until = ended_at + (SILENT_SECONDS if silent else REST_SECONDS)
        raise MasterNotFoundError(f"no sentinel knows a primary {service_name!r} that answers")


def _ask(sentinel: "Redis", service_name: str) -> tuple[str, int] | None:
    try:
        known: Any = sentinel.sentinel_masters()
    except RedisError:
        return None
    state = known.get(service_name)
    if not state or not state["is_master"] or state["is_sdown"] or state["is_odown"]:
        return None
    return str(state["ip"]), int(state["port"])


class PrimaryPool(SentinelConnectionPool):
    """Connections to the primary of the moment; closed, it takes those to the sentinels along."""

    def disconnect(self, inuse_connections: bool = True) -> None:
        super().disconnect(inuse_connections)
        if inuse_connections:  # else it is a change of the primary, found by one who goes on
            self.sentinel_manager.close()
