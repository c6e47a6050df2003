"""The scheduler: one loop, one at work, everything it does may be done twice without harm.

What RQ's own scheduler offers is not used: it enqueues pickle, and two of them enqueue twice.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

from gateway.logs import where
from worker.turn import Turn

logger = logging.getLogger(__name__)


@dataclass
class Chore:
    """Something to do every so often; the first time at once.

    `in_doubt` is what may be done of it while the clock is wrong: with None it waits.
    """

    name: str
    every_seconds: float
    do: Callable[[], object]
    in_doubt: Callable[[], object] | None = None
    due_at: float = field(default=0.0)


class LongChore:
    """Something that takes minutes, done a few seconds at a time: the others do not wait for it.

    `begin` gives its steps; a round that has begun goes on at the next call, and the next round
    begins `every_seconds` after it.
    """

    def __init__(
        self,
        begin: Callable[[], Iterator[object]],
        *,
        every_seconds: float,
        at_once_seconds: float = 3.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._begin = begin
        self._every_seconds = every_seconds
        self._at_once_seconds = at_once_seconds
        self._monotonic = monotonic
        self._steps: Iterator[object] | None = None
        self._next_at = 0.0

    def __call__(self) -> None:
        now = self._monotonic()
        if self._steps is None:
            if now < self._next_at:
                return
            self._steps, self._next_at = self._begin(), now + self._every_seconds
        steps, self._steps = self._steps, None  # a step that fails ends the round
        for _step in steps:
            if self._monotonic() - now > self._at_once_seconds:
                self._steps = steps
                return


def run(
    chores: list[Chore],
    turn: Turn,
    stop: Event,
    *,
    clock_is_right: Callable[[], bool],
    says_alive: Callable[[], object] = lambda: None,
    pause_seconds: float = 1.0,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Does the chores until `stop`; one that fails is tried again at its next time.

    `says_alive` is called before each of them, and at least once a second. Whose clock is wrong
    leaves the turn to another, and does what is left without one.
    """
    while not stop.is_set():
        says_alive()
        if not clock_is_right():
            turn.give_up()
            for chore in chores:
                _do(chore, chore.in_doubt, monotonic, says_alive)
        elif turn.is_ours():
            for chore in chores:
                _do(chore, chore.do, monotonic, says_alive)
        stop.wait(pause_seconds)


def _do(
    chore: Chore,
    do: Callable[[], object] | None,
    monotonic: Callable[[], float],
    says_alive: Callable[[], object],
) -> None:
    if do is None or monotonic() < chore.due_at:
        return
    chore.due_at = monotonic() + chore.every_seconds
    says_alive()
    try:
        do()
    except Exception as error:
        logger.error("%s failed: %s", chore.name, where(error))  # noqa: TRY400 - as said there
