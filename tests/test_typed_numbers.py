"""Numbers are taken as they stand on the card, with the gaps that people type."""

import pytest

from menus.pin import four_digits
from menus.registration import _eight_digits


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("26000001", "26000001"),
        ("2600 0001", "26000001"),
        ("26-00-00-01", "26000001"),
        ("26.000.001", "26000001"),
        ("2600\u00a0\u20130001", "26000001"),
        ("2600 001", None),
        ("2600 00012", None),
        ("2600/0001", None),
        ("- - - -", None),
    ],
)
def test_a_registration_number_with_gaps_is_taken(typed, number):
    assert _eight_digits(typed) == number


@pytest.mark.parametrize(
    ("typed", "pin"), [("12 34", "1234"), ("1-2-3-4", "1234"), ("12 3", None), ("1 2 3 4 5", None)]
)
def test_a_pin_with_gaps_is_taken(typed, pin):
    assert four_digits(typed) == pin
