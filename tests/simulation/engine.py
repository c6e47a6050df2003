"""A clock that jumps from event to event, and stations with servers and one queue."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import Any


class Loop:
    """Seconds since the week began. Of two events of one moment the one told first comes first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = count()

    def at(self, moment: float, what: Callable[..., None], *arguments: Any) -> None:
        event = (max(moment, self.now), next(self._numbers), what, arguments)
        heapq.heappush(self._events, event)

    def run(self, until: float) -> None:
        while self._events and self._events[0][0] <= until:
            self.now, _number, what, arguments = heapq.heappop(self._events)
            what(*arguments)
        self.now = until


class Station:
    """First come, first served, by whichever server is free first; `busy` seconds of work."""

    def __init__(self, servers: int) -> None:
        self.servers = servers
        self.busy = 0.0
        self._free = [0.0] * servers

    def serve(self, now: float, seconds: float) -> float:
        """When it will be done."""
        end = max(now, self._free[0]) + seconds
        heapq.heapreplace(self._free, end)
        self.busy += seconds
        return end
