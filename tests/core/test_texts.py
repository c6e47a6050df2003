"""Texts with a number in them: of one, and of many; and texts that mean two things."""

import pytest

from gateway.core.texts import in_context, named, plural, without_context


@pytest.mark.parametrize(("count", "said"), [(0, "faults"), (1, "fault"), (2, "faults")])
def test_one_is_singular_and_nothing_is_plural(count: int, said: str):
    assert plural("fault", "faults", count) == said


def test_a_text_in_a_context_is_another_text_of_the_same_english():
    assert in_context("handset", "Payday") != in_context("console", "Payday") != "Payday"
    assert without_context(in_context("handset", "Payday")) == "Payday"
    assert without_context("Payday") == "Payday"


def test_a_sentence_about_a_text_shows_no_invisible_sign():
    assert named(in_context("handset", "Payday")) == "'Payday' (handset)"
    assert named("Payday") == "'Payday'"
