"""The provider's rate over all workers: segments in any one second, counted in Redis."""

import time
from collections.abc import Callable
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis

SHORTEST_WAIT_SECONDS = 0.002


class Rate(Protocol):
    """Hands out segments; `per_second` 0 means as many as one likes."""

    @property
    def per_second(self) -> int: ...

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """Waits for `segments`; False where they did not come in time, then none is spent."""
        ...


class Unlimited:
    per_second = 0

    def take(self, segments: int, *, patience_seconds: float) -> bool:  # noqa: ARG002 - see Rate
        return True


class Purse:
    """Segments taken from a rate and not used yet: good for what its holder sends at once."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = 0

    def hold(self, segments: int, seconds: float) -> bool:
        """Has `segments` at hand; False where the rate does not give them within `seconds`."""
        missing = segments - self._left if self._rate.per_second else 0
        if missing > 0:
            if not self._rate.take(missing, patience_seconds=seconds):
                return False
            self._left += missing
        return True

    def spend(self, segments: int, seconds: float) -> bool:
        """Pays for a call that may wait `seconds` for its turn; False where it may not begin."""
        if seconds <= 0 or not self.hold(segments, seconds):
            return False
        self._left = max(self._left - segments, 0)
        return True


class SharedRate:
    """A moving window of one second in Redis; raises RedisError without it: then nothing is sent.

    Waits until the oldest taken segments are a second old instead of asking again and again.
    """

    def __init__(
        self,
        client: Redis,
        provider: str,
        per_second: int,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        storage = RedisStorage("redis://", connection_pool=client.connection_pool)
        self._limiter = MovingWindowRateLimiter(storage)
        self._window = RateLimitItemPerSecond(per_second)
        self._provider = provider
        self._sleep = sleep
        self.per_second = per_second

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """A text of more segments than a second allows takes them second by second."""
        give_up_at = time.monotonic() + patience_seconds
        while segments > 0:
            some = min(segments, self.per_second)
            while not self._limiter.hit(self._window, self._provider, cost=some):
                wait = self._until_room()
                if time.monotonic() + wait > give_up_at:
                    return False
                self._sleep(wait)
            segments -= some
        return True

    def _until_room(self) -> float:
        reset_at, _left = self._limiter.get_window_stats(self._window, self._provider)
        return max(reset_at - time.time(), SHORTEST_WAIT_SECONDS)
