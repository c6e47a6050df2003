"""How long a request may wait for the database, and what happens after it waited in vain.

A deadline lies over everything that one request asks, whatever it opens for it: several hosts,
a pool, a lock, SQLite's turn. Work without one (workers, commands) waits for as long as it takes.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

# Whose breaker; other callbacks go by their names.
HOP, CONSOLE, MACHINES, PROBE = "ussd", "console", "machines", "probe"


@dataclass
class Patience:
    """Seconds that each kind of request may wait for the database."""

    callback: float = 5.0  # an operator hangs up after ten
    console: float = 15.0  # a transaction
    upload: float = 120.0  # 200 MB, on a slow disk
    probe: float = 2.0
    pause: float = 5.0  # for all others, after one waited in vain


class DeadlineError(SQLAlchemyError):
    """The database did not answer in time; `NotAskedError` where it did not a moment ago."""


class NotAskedError(DeadlineError):
    """Refused at once. Whoever waited in vain before has said so in the log."""


@dataclass(slots=True, eq=False)
class Deadline:
    """`seconds` from the first transaction on, for all that follow; `kind` is whose breaker it
    goes by.

    With `each` every transaction has them anew. Until the first, none have begun: a request may
    have to wait for its own body, and that is not the database's fault.
    """

    seconds: float
    kind: str
    each: bool = False
    _at: float | None = None

    @property
    def left(self) -> float:
        """Seconds; 0.0 where it is over."""
        return self.seconds if self._at is None else max(self._at - time.monotonic(), 0.0)

    def transaction_begins(self) -> None:
        if self.each or self._at is None:
            self._at = time.monotonic() + self.seconds

    def is_over(self) -> None:
        """Somebody has given up: nothing more is to be asked."""
        self._at = time.monotonic()


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
current = _current.get


@contextmanager
def within(seconds: float, kind: str, *, each: bool = False) -> Iterator[None]:
    """What this request asks of the database must be answered by then; of two, the earlier."""
    outer = _current.get()
    if outer is not None and not outer.each and outer.left <= seconds:
        yield
        return
    token = _current.set(Deadline(seconds, kind, each))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def more_time(seconds: float) -> Iterator[None]:
    """For the few requests that are known to take longer; nothing where there is no deadline."""
    outer = _current.get()
    token = _current.set(outer and Deadline(seconds, outer.kind, each=True))
    try:
        yield
    finally:
        _current.reset(token)


class Breaker:
    """After one request has waited in vain the others of this process are refused at once.

    Once `pause` seconds are over a single one may try; the rest is refused until it has come back,
    so that not all threads of a web server ever wait for the same.
    """

    def __init__(
        self,
        pause: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pause = pause
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._refuses_until: float | None = None  # None: all may pass
        self._trying: object = None

    @property
    def refuses(self) -> bool:
        """Whether nobody may pass right now, not even to try."""
        return self._refuses_until is not None and self._monotonic() < self._refuses_until

    @contextmanager
    def passing(self, who: object) -> Iterator[None]:
        """Raises DeadlineError at once where `who` may not pass; the body raises it for in vain."""
        trying = self._refuses_until is not None and self._tries(who)
        try:
            yield
        except NotAskedError:  # by another breaker
            raise
        except DeadlineError:
            self._refuses_until = self._monotonic() + self._pause
            raise
        except BaseException:  # an error is an answer too
            self._answered(trying)
            raise
        else:
            self._answered(trying)
        finally:
            if trying:
                self._trying = None

    def _tries(self, who: object) -> bool:
        """Whether `who` is sent to try; False where all may pass, or where it is trying already."""
        with self._lock:
            if self._refuses_until is None or self._trying is who:
                return False
            if self._trying is not None or self.refuses:
                raise NotAskedError("it did not answer a moment ago")
            self._trying = who
            return True

    def _answered(self, trying: bool) -> None:
        """Only who was sent to try may open it again: others set out before it was shut."""
        if trying:
            self._refuses_until = None
