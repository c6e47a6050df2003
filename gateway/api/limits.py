"""How many calls a key may make (draft-ietf-httpapi-ratelimit-headers); any without Redis."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from limits import RateLimitItem, parse
from limits.storage import RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis, RedisError

PER_MINUTE = 6000  # a registry may write its rows one by one; a bulk request is one call
WINDOW_SECONDS = 60
PAUSE_SECONDS = 5.0  # after Redis was silent: no call waits for it meanwhile


@dataclass(frozen=True, slots=True)
class Room:
    """`left` calls of `most` in this window, which is over in `seconds`."""

    allowed: bool
    most: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        told = {
            "RateLimit-Policy": f'"default";q={self.most};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={self.left};t={self.seconds}',
        }
        return told if self.allowed else told | {"Retry-After": str(self.seconds)}


class Limits:
    """Counts the calls of each key in a moving window."""

    def __init__(
        self,
        redis: "Redis",
        per_minute: int = PER_MINUTE,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic, self._silent_until = monotonic, 0.0
        self._item: RateLimitItem = parse(f"{per_minute}/{WINDOW_SECONDS}second")
        self._redis = redis
        self._made: MovingWindowRateLimiter | None = None

    def take(self, key_id: UUID) -> Room | None:
        """One call; None where nobody counts."""
        if self._monotonic() < self._silent_until:
            return None
        try:
            limiter = self._limiter()
            allowed = limiter.hit(self._item, "api", str(key_id))
            window = limiter.get_window_stats(self._item, "api", str(key_id))
        except RedisError:
            self._silent_until = self._monotonic() + PAUSE_SECONDS
            return None
        seconds = max(1, round(window.reset_time - time.time()))
        return Room(allowed, self._item.amount, window.remaining, seconds)

    def _limiter(self) -> MovingWindowRateLimiter:
        if self._made is None:
            storage: Storage = RedisStorage("redis://", connection_pool=self._redis.connection_pool)
            self._made = MovingWindowRateLimiter(storage)
        return self._made
