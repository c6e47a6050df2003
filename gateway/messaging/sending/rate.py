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

    def wait_for_room(self, *, patience_seconds: float) -> bool:
        """Until something might be taken; takes nothing."""
        ...

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """Waits for `segments`; False where they did not come in time, then none is spent."""
        ...


class Unlimited:
    per_second = 0

    def wait_for_room(self, *, patience_seconds: float) -> bool:  # noqa: ARG002 - see Rate
        return True

    def take(self, segments: int, *, patience_seconds: float) -> bool:  # noqa: ARG002 - see Rate
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

    def wait_for_room(self, *, patience_seconds: float) -> bool:
        return self._wait(self._limiter.test, 1, time.monotonic() + patience_seconds)

    def take(self, segments: int, *, patience_seconds: float) -> bool:
        """A text of more segments than a second allows takes them second by second."""
        give_up_at = time.monotonic() + patience_seconds
        while segments > 0:
            some = min(segments, self.per_second)
            if not self._wait(self._limiter.hit, some, give_up_at):
                return False
            segments -= some
        return True

    def _wait(self, ask: Callable[..., bool], cost: int, give_up_at: float) -> bool:
        while not ask(self._window, self._provider, cost=cost):
            wait = self._until_room()
            if time.monotonic() + wait > give_up_at:
                return False
            self._sleep(wait)
        return True

    def _until_room(self) -> float:
        reset_at, _left = self._limiter.get_window_stats(self._window, self._provider)
        return max(reset_at - time.time(), SHORTEST_WAIT_SECONDS)
