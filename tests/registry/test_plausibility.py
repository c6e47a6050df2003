"""What cannot be right: the table of boundaries, by the programme's own rules."""

from datetime import date

import pytest

from gateway.core.programme import PROGRAMME
from gateway.registry.plausibility import near_cycle, plausible_amounts

RULES = PROGRAMME.rules_on(date(2026, 11, 24))


def test_a_payment_lies_between_a_week_and_all_that_a_child_can_bring():
    assert plausible_amounts(RULES) == (37_500, 2_850_000)


@pytest.mark.parametrize("months", [1, 2, 3, 6, 12, 19])
def test_whole_months_are_plausible(months: int):
    least, most = plausible_amounts(RULES)

    assert least <= RULES.monthly_amount * months <= most


@pytest.mark.parametrize("times", [0.001, 0.01, 0.1, 10, 100, 1000])
def test_a_cycle_with_zeros_lost_or_won_is_not(times: float):
    least, most = plausible_amounts(RULES)

    assert not least <= RULES.cycle_amount * times <= most


@pytest.mark.parametrize(
    ("due_on", "near"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 12, 4), True),
        (date(2027, 8, 31), True),
        (date(2027, 9, 1), False),
        (date(1, 1, 1), False),
        (date(9999, 12, 31), False),
    ],
)
def test_a_payday_is_near_its_cycle(due_on: date, near: bool):
    assert near_cycle("2026-11", due_on) is near
