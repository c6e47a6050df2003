"""A week of some dozens of women: what holds for it holds for 400,000."""

from dataclasses import replace

import pytest

from gateway.core.message_states import FINAL
from tests.simulation.case import DAY, NEVER, Case, Misfortune
from tests.simulation.ledger import REMINDER
from tests.simulation.report import by_hour, summary
from tests.simulation.week import Week

SMALL = Case(people=60, districts=3, workers=2, web=1, rate=4, paydays=3)
CALM = replace(
    SMALL, operator_down=NEVER, host_dead=NEVER, redis_away=NEVER, database_away=NEVER
)  # fmt: skip
REMINDERS_BEGIN = DAY + 9 * 3600  # Tuesday's


@pytest.fixture(scope="module")
def calm() -> Week:
    return Week(CALM).play()


def test_every_message_of_a_calm_week_arrives_once_and_in_the_allowed_hours(calm: Week) -> None:
    assert set(calm.ledger.states.keys() - FINAL) <= {"queued", "claimed", "sending", "accepted"}
    assert sum(calm.ledger.arrived) == len(calm.ledger.state) >= 2 * CALM.people
    assert not calm.sending.count["twice"] + calm.sending.count["in quiet hours"]
    assert not calm.ledger.states["unknown"] + calm.ledger.states["expired"]


def test_what_is_due_in_the_night_waits_for_the_morning() -> None:
    until_evening = Misfortune(start=9 * 3600, seconds=10.5 * 3600)
    late = Week(replace(CALM, workers=1, host_dead=until_evening)).play()
    assert all(late.hours[hour].waiting[REMINDER] for hour in (20, 23, 30))
    assert not late.hours[33].waiting[REMINDER]
    assert not late.sending.count["in quiet hours"]


def test_no_message_is_lost_whatever_goes_wrong() -> None:
    trouble = Misfortune(start=REMINDERS_BEGIN, seconds=1200)
    week = Week(replace(SMALL, operator_down=trouble, host_dead=trouble)).play()
    assert week.ledger.states.total() == len(week.ledger.state)
    for state, arrived in zip(week.ledger.state, week.ledger.arrived, strict=True):
        assert arrived or state in {"unknown", "expired", "queued"}
    assert week.sending.count["unknown"]


def test_every_woman_who_dials_ends_in_one_way() -> None:
    trouble = Misfortune(start=REMINDERS_BEGIN, seconds=3600)
    week = Week(replace(SMALL, redis_away=trouble)).play()
    ended = week.callers.ended
    assert ended["done"] + ended["cut"] + ended["given up"] == week.callers.women > 0
    assert ended["refused"]
    assert week.callers.dials.total() == week.callers.women + ended["refused"] - ended["given up"]


def test_fewer_workers_are_longer_about_the_same_wave() -> None:
    without_limit = replace(CALM, rate=0, quiet_hours=False)
    one, four = (
        Week(replace(without_limit, workers=count)).play_at_once(3_000) for count in (1, 4)
    )
    assert one > four > 0


def test_the_same_seed_plays_the_same_week(calm: Week) -> None:
    again = Week(CALM).play()
    assert summary(again) == summary(calm)
    assert by_hour(again) == by_hour(calm)
    assert summary(Week(replace(CALM, seed=2)).play()) != summary(calm)
