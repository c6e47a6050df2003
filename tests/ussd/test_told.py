"""An event's answer may lead to another screen than the one that caused it."""

from enum import StrEnum

import pytest

from gateway.core.errors import MenuError
from gateway.ussd import engine
from gateway.ussd.check import check
from gateway.ussd.drawing import page
from gateway.ussd.pager import Budget
from gateway.ussd.screens import Branch, Choice, Emits, End, Menu, MenuTree
from gateway.ussd.session import Session
from tests.ussd.kiosk import world


class Post(StrEnum):
    LETTER = "letter"


_LETTERS = {"yes": "sent", "no": "not_sent"}
POST = MenuTree(
    "post",
    (
        Menu("main", "Post", choices=(Choice("Send", to="sent"),)),
        End(
            "sent",
            "It is on its way.",
            emits=Emits(Post.LETTER),
            told=Branch(lambda c: _LETTERS.get(c.answers["letter"], "main"), ("sent", "not_sent")),
        ),
        End("not_sent", "It is not sent."),
    ),
    start="main",
    home="main",
)
WORLD = world(tree=POST)


def pressed() -> Session:
    begun = engine.begin(WORLD, "en").session
    step = engine.step(WORLD, begun, "1")
    assert isinstance(step, engine.Step)
    assert step.event is not None
    return step.session


@pytest.mark.parametrize(
    ("letter", "screen", "trail"),
    [("yes", "It is on its way.", ("main", "sent")),
     ("no", "It is not sent.", ("main", "sent", "not_sent"))],
)  # fmt: skip
def test_the_screen_says_what_came_of_it(letter, screen, trail):
    session = engine.tell(WORLD, pressed(), {"letter": letter})

    shown = page(WORLD, session)
    assert (shown.text, shown.closes) == (screen, True)
    assert session.trail == trail


def test_a_screen_that_the_branch_does_not_name_is_refused():
    with pytest.raises(MenuError):
        engine.tell(WORLD, pressed(), {"letter": "lost"})


def test_the_checker_walks_there_and_counts_one_page_not_two():
    texts = ("Post", "Send", "It is on its way.", "It is not sent.")
    catalogue = {"en": {text: text for text in texts}}
    found = [one for one in check(POST, catalogue, Budget(), 40) if one.state in POST.by_name]

    assert found == []
