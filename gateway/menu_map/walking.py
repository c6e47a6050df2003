"""Every key of the menu pressed by one made-up caller, the shortest way to each page first."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.menu_map.made_up import (
    LOCKING_PIN,
    PIN,
    REGISTRATION_NO,
    WRONG_PIN,
    dial,
    press,
)
from gateway.ussd.drawing import World, page
from gateway.ussd.screens import Ask
from gateway.ussd.session import Session

# What is typed where something is asked: each kind of answer there is.
_TYPED = (PIN, REGISTRATION_NO, "3", "6", WRONG_PIN, LOCKING_PIN)


@dataclass(frozen=True)
class Step:
    """A page that a caller comes to, and what is pressed or typed from the dial to it."""

    keys: tuple[str, ...]
    session: Session


def walk(world: World, *, by_answers: bool = False) -> Iterator[Step]:
    """Every page that the caller of `world` comes to, once, by the fewest keys; once for all that
    she can have answered before where `by_answers`. A page in another language is the last.
    """
    waiting, been = deque([Step((), dial(world))]), set[object]()
    while waiting:
        step = waiting.popleft()
        answers = frozenset(step.session.answers.items()) if by_answers else None
        place = (step.session.state, step.session.page, step.session.locale, answers)
        if place in been:
            continue
        been.add(place)
        yield step
        if step.session.locale != world.facts.locale:
            continue
        waiting += [
            Step((*step.keys, key), press(world, step.session, key))
            for key in _keys(world, step.session)
        ]


def _keys(world: World, session: Session) -> Iterator[str]:
    """The keys of the page, and every kind of answer."""
    state = world.tree.state(session.state)
    if isinstance(state, Ask):
        yield from (typed for typed in _TYPED if state.accepts(typed) is not None)
    yield from page(world, session).keys
