"""What an SMS has said of a payment, as the ledger keeps it."""

from datetime import date

import pytest

from gateway.core.told import TAKEN_BACK, Told


@pytest.mark.parametrize(
    ("told", "text"),
    [(Told(date(2026, 11, 27), 7), "2026-11-27|7"), (TAKEN_BACK, "cancelled")],
)
def test_what_is_written_is_read_again(told, text):
    assert told.written() == text
    assert Told.read(text) == told


@pytest.mark.parametrize(
    "text",
    [
        None, "", 7, "cancelled ", "withdrawn", "2026-11-27", "2026-11-27|", "|7", "2026-11-27|7|8",
        "2026-02-30|7", "0000-01-01|7", "20261127|7", "2026-11-27|x", "2026-11-27|-7",
        "2026-11-27|\u0e97", "2026-11-27|" + "9" * 40, "2026-11-27|7\n",
    ],
)  # fmt: skip
def test_anything_else_says_nothing(text):
    assert Told.read(text) is None
