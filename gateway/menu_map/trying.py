"""A dialogue with the real menu in which nobody is looked up and nothing is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.menu_map.made_up import caller, dial, press
from gateway.ussd.drawing import Gettext, World, page
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree

MOST_KEYS = 40


@dataclass(frozen=True, kw_only=True)
class Hop:
    """What was pressed ("" at the dial) and the page that came."""

    pressed: str
    page: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """A dial up to now; `text` is all that was pressed, as an operator would send it again."""

    text: str
    hops: tuple[Hop, ...]
    closed: bool


def play(
    tree: MenuTree,
    gettext: Mapping[str, Gettext],
    budget: Budget,
    *,
    on: date,
    who: str,
    locale: str,
    text: str,
    key: str,
) -> Call:
    """Plays `text` and then `key` from the dial on; keys after the end are not played."""
    world = World(tree, caller(who, on, locale), on, gettext, budget)
    session = dial(world)
    drawn = page(world, session)
    hops = [Hop(pressed="", page=drawn.text, locale=session.locale)]
    pressed: list[str] = []
    for token in _keys(text, key):
        if drawn.closes:
            break
        session = press(world, session, token)
        drawn = page(world, session)
        pressed.append(token)
        hops.append(Hop(pressed=token, page=drawn.text, locale=session.locale))
    closed = drawn.closes or len(pressed) >= MOST_KEYS
    return Call(text="*".join(pressed), hops=tuple(hops), closed=closed)


def _keys(text: str, key: str) -> list[str]:
    return [one for one in (*text.split("*"), *key.strip().split("*")) if one][:MOST_KEYS]
