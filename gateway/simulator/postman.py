"""Carries the operator's callbacks to the gateway in the background, and repeats as operators do.

A letter is a path and one or more forms in order: the next form goes out only when the one before
has arrived, so the order within a message is certain whichever thread carries it.
"""

import heapq
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.simulator.callbacks import Line, NoAnswerError

FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds between two tries of a delivery report
LAST_POST = 2.0  # seconds that `stop` gives a post under way


@dataclass(slots=True)
class Letter:
    """`forms` are url-encoded. With `pace` (seconds) it is repeated at that pace until a 200;
    without, on 503 and connection errors only, at growing distances. Given up `patience` seconds
    after the first try."""

    path: str
    forms: tuple[bytes, ...]
    delay: float = 0.0
    pace: float | None = None
    patience: float = 600.0
    tries: int = field(default=0, init=False)
    expires: float = field(default=0.0, init=False)

    def arrived(self, status: int) -> bool:
        return status == 200 if self.pace is not None else status != 503

    def wait(self) -> float:
        """Seconds until the next try, or until a form that was not tried yet."""
        if not self.tries:
            return self.delay
        if self.pace is not None:
            return self.pace
        return float(min(FIRST_WAIT * 2 ** min(self.tries - 1, 10), LONGEST_WAIT))


class Postman:
    """A few threads over one bounded queue; started by the first letter, ended by `stop`."""

    def __init__(self, gateway_url: str, key: str, *, threads: int = 4, room: int = 100_000):
        self._gateway = (gateway_url, key)
        self._size, self._room = threads, room
        self._threads: list[threading.Thread] = []
        self._ready = threading.Condition()
        self._queue: list[tuple[float, int, Letter]] = []
        self._order = itertools.count()
        self._carrying = 0
        self._stopped = False
        self._counts: Counter[str] = Counter()

    def send(self, letters: Iterable[Letter]) -> None:
        """Queues them; what does not fit is dropped and counted, as a provider's full queue is."""
        now = time.monotonic()
        with self._ready:
            for letter in letters:
                if not letter.forms:
                    continue
                if len(self._queue) >= self._room:
                    self._counts["dropped"] += 1
                    continue
                self._put(letter, now + letter.wait())
            self._start()
            self._ready.notify_all()

    def send_first(self, letters: Iterable[Letter]) -> None:
        """Tries each once before it returns, in this thread; queues what did not arrive."""
        with Line(*self._gateway) as line:
            left = [rest for letter in letters if (rest := self._carry(line, letter))]
        self.send(left)

    def counts(self) -> dict[str, int]:
        """`arrived` (any answer that ends the matter), `repeated`, `refused` (arrived, answer not
        2xx), `given_up`, `dropped`, and what is `waiting` now."""
        names = ("arrived", "refused", "repeated", "given_up", "dropped")
        with self._ready:
            return {name: self._counts[name] for name in names} | {
                "waiting": len(self._queue) + self._carrying
            }

    def reset(self) -> None:
        with self._ready:
            self._queue.clear()
            self._counts.clear()

    def stop(self) -> None:
        with self._ready:
            self._stopped = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(LAST_POST)

    def _put(self, letter: Letter, due: float) -> None:
        letter.expires = letter.expires or due + letter.patience
        heapq.heappush(self._queue, (due, next(self._order), letter))

    def _start(self) -> None:
        if self._threads or not self._queue:
            return
        for number in range(self._size):
            thread = threading.Thread(target=self._work, name=f"postman-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _work(self) -> None:
        with Line(*self._gateway) as line:
            while letter := self._next():
                rest = self._carry(line, letter)
                with self._ready:
                    self._carrying -= 1
                    if rest:
                        self._put(rest, time.monotonic() + rest.wait())
                        self._ready.notify()

    def _next(self) -> Letter | None:
        with self._ready:
            while not self._stopped:
                pause = self._queue[0][0] - time.monotonic() if self._queue else None
                if pause is not None and pause <= 0:
                    self._carrying += 1
                    return heapq.heappop(self._queue)[2]
                self._ready.wait(pause)
        return None

    def _carry(self, line: Line, letter: Letter) -> Letter | None:
        """Tries the letter's first form; what is left to carry, None when nothing is."""
        letter.tries += 1
        try:
            status = line.post(letter.path, letter.forms[0]).status
        except NoAnswerError:
            status = 503
        if letter.arrived(status):
            self._count("arrived" if status < 300 else "refused")
            return self._after(letter)
        if letter.expires and time.monotonic() >= letter.expires:
            self._count("given_up")
            return None
        self._count("repeated")
        return letter

    def _after(self, letter: Letter) -> Letter | None:
        if len(letter.forms) == 1:
            return None
        letter.forms, letter.tries, letter.expires = letter.forms[1:], 0, 0.0
        return letter

    def _count(self, name: str) -> None:
        with self._ready:
            self._counts[name] += 1
