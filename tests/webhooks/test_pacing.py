"""When a delivery is tried again, and how far apart a receiver is called."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from gateway.webhooks.pacing import TRIED_FOR, next_try, pause

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
NOT_ASKED = timedelta(0)


def _tries(chance: float) -> list[timedelta]:
    """After how long each is made, where all fail."""
    at, made = NOW, [NOW]
    while True:
        again = next_try(
            len(made), asked=NOT_ASKED, chance=chance, now=at, give_up_at=NOW + TRIED_FOR
        )
        if again is None:
            return [one - NOW for one in made]
        at = again
        made.append(again)


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_a_day_long_ever_further_apart_and_once_at_its_end(chance: float):
    tries = _tries(chance)

    assert 10 <= len(tries) <= 14
    assert tries[1] <= timedelta(seconds=6)
    assert tries[-1] == TRIED_FOR
    waits = [after - before for before, after in pairwise(tries[:-1])]
    assert waits == sorted(waits)


def test_what_fails_together_does_not_come_back_together():
    first, last = (
        next_try(4, asked=NOT_ASKED, chance=chance, now=NOW, give_up_at=NOW + TRIED_FOR)
        for chance in (0.0, 1.0)
    )

    assert first == NOW + timedelta(minutes=4)
    assert last == NOW + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(days=99), timedelta(hours=1)),
    ],
)
def test_a_receiver_that_asks_for_time_has_it_within_bounds(asked: timedelta, waits: timedelta):
    again = next_try(1, asked=asked, chance=0.5, now=NOW, give_up_at=NOW + TRIED_FOR)

    assert again == NOW + waits
    assert pause(1, asked=asked) == min(asked, timedelta(hours=1))


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (2, 0), (3, 1), (4, 2), (6, 8), (12, 300), (10**9, 300)]
)
def test_a_receiver_that_fails_again_and_again_is_called_ever_more_rarely(
    failures: int, seconds: int
):
    assert pause(failures, asked=NOT_ASKED) == timedelta(seconds=seconds)
