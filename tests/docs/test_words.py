"""docs/reference/words.md says every word of a closed vocabulary."""

import re
from typing import get_args

import pytest

from gateway.console.kit.audit_words import ACTIONS
from gateway.console.kit.words import REASONS
from gateway.core.consent import Reason
from gateway.core.kinds import CaseKind, EventKind, NeedKind
from gateway.core.message_states import MessageState
from tests.docs.pages import page


@pytest.mark.parametrize(
    ("title", "vocabulary"),
    [
        ("Kinds of events", EventKind),
        ("Kinds of needs, and what each asks", NeedKind),
        ("Kinds of a case", CaseKind),
        ("States of a message", get_args(MessageState)),
        ("Reasons of a message", {*get_args(Reason), *REASONS}),
        ("Actions of the audit log", ACTIONS),
    ],
)
def test_every_word_of_it_stands_under_its_title(title, vocabulary):
    section = page("reference/words.md").split(f"## {title}\n")[1].split("\n## ")[0]
    said = re.findall(r"^\| `([^`]+)` \| \S", section, re.MULTILINE)

    assert set(said) == {str(word) for word in vocabulary}
