"""The scheduler: one at work, nothing that fails stops it."""

import logging
import re
import threading
from collections.abc import Iterator

import pytest

from gateway.registry.database import Database
from worker.cron import Chore, LongChore, run
from worker.turn import Turn


class TickingClock:
    """A clock whose every reading is a second later; stops the loop when the shift is over."""

    def __init__(self, shift: float) -> None:
        self.now = 0.0
        self.shift = shift
        self.stop = threading.Event()

    def __call__(self) -> float:
        self.now += 1.0
        if self.now >= self.shift:
            self.stop.set()
        return self.now


class OwnTurn:
    def is_ours(self) -> bool:
        return True

    def give_up(self) -> None:
        pass


class TurnOfAnother:
    def is_ours(self) -> bool:
        return False


def right() -> bool:
    return True


def work(chores: list[Chore], turn, shift: float = 40.0, clock_is_right=right) -> None:
    hours = TickingClock(shift)
    run(chores, turn, hours.stop, clock_is_right=clock_is_right, pause_seconds=0, monotonic=hours)


def test_whose_clock_is_wrong_gives_the_turn_up_and_does_only_what_may_be_done_twice(
    database: Database,
):
    done: list[str] = []
    turn, other = Turn(database), Turn(database)
    assert turn.is_ours()
    purge = Chore("purge", 4, lambda: done.append("purge"))
    sweep = Chore("sweep", 4, lambda: done.append("all"), in_doubt=lambda: done.append("leases"))

    work([purge, sweep], turn, clock_is_right=lambda: False)

    assert set(done) == {"leases"}
    assert other.is_ours()


def test_what_waited_for_the_clock_is_done_as_soon_as_it_is_right():
    done: list[str] = []
    looks = iter([False, False, True])
    purge = Chore("purge", 999, lambda: done.append("purge"))
    work([purge], OwnTurn(), clock_is_right=lambda: next(looks, True))
    assert done == ["purge"]


def test_a_chore_is_done_at_once_and_then_every_so_often():
    done: list[str] = []

    often = Chore("often", 4, lambda: done.append("o"))
    once = Chore("once", 999, lambda: done.append("x"))
    work([often, once], OwnTurn())

    assert done.count("x") == 1
    assert 3 < done.count("o") < 10
    assert done[:2] == ["o", "x"]


def test_a_chore_that_fails_is_named_and_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
):
    done: list[int] = []

    def fail() -> None:
        raise ValueError("+8562055512345 and a name")

    with caplog.at_level(logging.ERROR):
        work([Chore("bad", 4, fail), Chore("good", 4, lambda: done.append(1))], OwnTurn())

    assert len(done) > 1
    said = {re.sub(r":\d+$", ":line", record.getMessage()) for record in caplog.records}
    assert said == {"bad failed: ValueError at worker.cron:line"}
    assert "5512345" not in caplog.text


class ClockThatIsSet:
    """A clock that is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_long_chore_goes_on_where_it_was_and_begins_again_when_it_is_time():
    clock, done = ClockThatIsSet(), []

    def steps() -> Iterator[int]:
        for step in range(3):
            done.append(step)
            clock.now += 2
            yield step

    chore = LongChore(steps, every_seconds=60, at_once_seconds=3, monotonic=clock)
    chore()
    assert done == [0, 1]
    chore()
    assert done == [0, 1, 2]
    chore()
    assert done == [0, 1, 2]

    clock.now += 60
    chore()
    assert done == [0, 1, 2, 0, 1]


def test_a_long_chore_that_fails_waits_for_its_next_round():
    clock, begun = ClockThatIsSet(), []

    def fail() -> Iterator[int]:
        begun.append(1)
        yield 1
        raise ValueError("no")

    chore = LongChore(fail, every_seconds=60, monotonic=clock)
    with pytest.raises(ValueError, match="no"):
        chore()
    chore()
    assert begun == [1]

    clock.now += 60
    with pytest.raises(ValueError, match="no"):
        chore()


def test_whose_turn_it_is_not_does_nothing():
    done: list[int] = []
    stop = threading.Event()
    waiting = threading.Thread(
        target=run, args=([Chore("any", 0, lambda: done.append(1))], TurnOfAnother(), stop),
        kwargs={"pause_seconds": 0.001, "clock_is_right": right},
    )  # fmt: skip
    waiting.start()
    waiting.join(0.05)
    stop.set()
    waiting.join()

    assert not done
