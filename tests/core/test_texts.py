"""Texts with a number in them: of one, and of many."""

import pytest

from gateway.core.texts import plural


@pytest.mark.parametrize(("count", "said"), [(0, "faults"), (1, "fault"), (2, "faults")])
def test_one_is_singular_and_nothing_is_plural(count: int, said: str):
    assert plural("fault", "faults", count) == said
