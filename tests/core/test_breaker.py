"""What a provider's answers say of it, and what may be asked of it next."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.breaker import (
    LONGEST_PROBE,
    STOPPED,
    Health,
    admission,
    after_answer,
    after_failure,
    after_order,
    given_back,
    taken,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def after(outcomes: str, health: Health | None = None, *, only_call: bool = False) -> Health:
    """`outcomes`: "x" for a call that failed, "." for one that was answered."""
    health = health or Health(next_at=NOW)
    for outcome in outcomes:
        if outcome == "x":
            health = after_failure(health, reason="http_503", only_call=only_call, now=NOW)
        else:
            health = after_answer(health, only_call=only_call, now=NOW)
    return health


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("", "well"),
        ("x", "well"),
        ("xx", "well"),
        ("xxx", "slowed"),
        ("xxxx", "slowed"),
        ("xxxxx", "failing"),
        ("x..x..x..x..x..", "well"),
        ("x.x.x.x.x.x.x.x.", "slowed"),
        ("xx.xx.xx.xx.xx.", "slowed"),
        ("xxx.", "slowed"),
        ("xxx..", "well"),
        ("xxxxx.", "slowed"),
        ("xxxxx..", "well"),
    ],
)
def test_the_share_of_the_last_calls_decides(outcomes: str, state: str):
    assert after(outcomes).state == state


@pytest.mark.parametrize(
    ("share", "kept_from_full_speed"), [(0.02, 0.001), (0.1, 0.02), (0.2, 0.08), (0.3, 0.25)]
)
def test_a_healthy_share_of_answers_does_not_starve(share: float, kept_from_full_speed: float):
    """Ten thousand answers, each failing with that probability: how often it is not well."""
    chance = random.Random(11)
    health, limited = Health(next_at=NOW), 0
    for _call in range(10_000):
        health = after("x" if chance.random() < share else ".", health, only_call=True)
        limited += health.state != "well"

    assert limited / 10_000 <= kept_from_full_speed


def test_while_slowed_one_call_goes_at_a_time():
    slowed = after("xxx")
    free_at = slowed.next_at

    assert admission(slowed, NOW) == "none"
    assert admission(slowed, free_at) == "alone"
    assert admission(taken(slowed, free_at), free_at + SECOND) == "none"
    assert admission(given_back(taken(slowed, free_at), free_at), free_at) == "alone"


def test_a_call_nothing_is_heard_of_is_not_waited_for_for_ever():
    assert admission(taken(after("xxx"), NOW), NOW + timedelta(minutes=1)) == "alone"
    assert admission(taken(after("xxxxx"), NOW), NOW + timedelta(minutes=1)) == "probe"


def test_probes_come_after_1_2_4_8_and_then_every_8_seconds():
    health, waits = after("xxxxx"), []
    for _probe in range(7):
        waits.append((health.next_at - NOW) // SECOND)
        assert admission(health, health.next_at) == "probe"
        health = after("x", health, only_call=True)

    assert waits == [1, 2, 4, 8, 8, 8, 8]
    assert health.next_at - NOW == LONGEST_PROBE


def test_calls_that_were_under_way_when_it_stopped_make_the_stop_no_longer():
    stopped = after("xxxxx")

    assert after("x" * 20, stopped).next_at == stopped.next_at


def test_one_answer_ends_a_stop_by_failures_however_long_it_was():
    long_away = after("x" * 50, after("xxxxx"), only_call=True)

    assert after(".", long_away, only_call=True).state == "slowed"
    assert after("..", long_away, only_call=True).state == "well"
    assert after(".", long_away).state == "slowed"  # of a call that was under way


def test_what_the_provider_orders_lasts_until_it_said():
    until = NOW + timedelta(minutes=5)
    told = after_order(Health(next_at=NOW), reason="InsufficientBalance", until=until)

    assert admission(told, until - SECOND) == "none"
    assert after(".....", told).next_at == until
    assert admission(told, until) == "probe"
    assert after(".", told, only_call=True).state == "well"
    assert after("x", told, only_call=True).state == "failing"


@pytest.mark.parametrize("outcomes", [".", "x", "xxxxxxxx", "........"])
def test_what_is_switched_off_stays_off(outcomes: str):
    off = Health(state="off", next_at=datetime.max.replace(tzinfo=UTC), reason="switched_off")

    found = after(outcomes, off, only_call=True)
    found = after_order(found, reason="throttled", until=NOW)

    assert (found.state, found.reason) == ("off", "switched_off")
    assert admission(given_back(found, NOW), NOW + timedelta(days=36_500)) == "none"


def test_what_is_long_over_is_forgotten():
    health = after("xxxxx..")
    assert not health.forgotten

    assert after("." * 20, health).forgotten
    assert not after("x").forgotten


def test_stopped_is_what_staff_are_shown():
    assert sorted(STOPPED) == ["failing", "off", "refusing"]
    assert after("xxxxx").stopped
    assert not after("xxx").stopped
