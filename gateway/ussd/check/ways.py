"""A way through the menu: how long it takes, and where a taught code leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from gateway.ussd import engine
from gateway.ussd.check.findings import Finding
from gateway.ussd.check.texts import Messages
from gateway.ussd.drawing import World
from gateway.ussd.pager import Budget
from gateway.ussd.screens import (
    RESUME,
    Code,
    Each,
    End,
    Menu,
    MenuTree,
    Need,
    Screen,
    edges,
)

SECONDS_A_PAGE = 20
PAGES_OF_A_LIST = 2  # what most callers have in one; a longer one is leafed through, not read


@dataclass(frozen=True)
class Way:
    """From the dial on: the pages to read before the one that ends it, and the states."""

    pages: int
    path: tuple[str, ...]

    @property
    def seconds(self) -> int:
        return self.pages * SECONDS_A_PAGE


def check_codes(
    tree: MenuTree, catalogues: Mapping[str, Messages], budgets: tuple[Budget, ...]
) -> Iterator[Finding]:
    """A taught code leads to one state, whatever the language and the page."""
    for code, locale in product(tree.codes, catalogues):
        missed: dict[str, list[str]] = {}  # state -> pages
        for reached, budget in astray(tree, code, locale, catalogues, budgets):
            missed.setdefault(reached, []).append(f"{budget.ucs2_units}/{budget.septets}")
        if missed:
            ways = "; ".join(f"{state!r} at {' and '.join(at)}" for state, at in missed.items())
            yield Finding(code.to, f"*{code.keys}# leads to {ways}", locale)


def astray(
    tree: MenuTree,
    code: Code,
    locale: str,
    catalogues: Mapping[str, Messages],
    budgets: tuple[Budget, ...],
) -> Iterator[tuple[str, Budget]]:
    """(state, pages) where `code` leads to another state than it is taught for."""
    for budget in sorted({*budgets}):
        reached = _arrival(tree, code, locale, catalogues, budget)
        if reached != code.to:
            yield reached, budget


def _arrival(
    tree: MenuTree, code: Code, locale: str, catalogues: Mapping[str, Messages], budget: Budget
) -> str:
    gettext = {name: messages.__getitem__ for name, messages in catalogues.items()}
    world = World(tree, code.facts, code.on, gettext, budget)
    session = engine.begin(world, locale).session
    for token in code.keys.split("*"):
        outcome = engine.step(world, session, token)
        if isinstance(outcome, Need):
            break  # a code that takes a PIN is no code to teach
        session = outcome.session
    return session.state


def check_time(tree: MenuTree, session_seconds: int) -> Iterator[Finding]:
    way = longest_way(tree)
    over = way.seconds - session_seconds
    if over > 0:
        read = f"{way.pages} pages of {SECONDS_A_PAGE} s from the dial"
        problem = f"{over} s over the {session_seconds} of a session, {read}"
        yield Finding(way.path[-1], f"{problem}: {' > '.join(way.path)}")


def longest_way(tree: MenuTree) -> Way:
    """The most pages before an END on a way that visits no state twice."""
    return _longest(tree, tree.start, ())


def _longest(tree: MenuTree, name: str, before: tuple[str, ...]) -> Way:
    """The page that ends the session may be read for as long as one likes."""
    state = tree.by_name[name]
    here = state.pages if isinstance(state, Screen) else 0
    if isinstance(state, Menu) and any(isinstance(choice, Each) for choice in state.choices):
        here = min(here, PAGES_OF_A_LIST)
    here -= isinstance(state, End)
    path = (*before, name)
    # What an event's answer leads to is read in this screen's place, not after it.
    instead = set(state.told.to if isinstance(state, Screen) and state.told else ()) - {*path}
    following = {target for _label, target in edges(state)} - {RESUME, *path, *instead}
    ahead = [_longest(tree, target, path) for target in following]
    beyond = max(ahead, key=_length, default=Way(0, path))
    ways = [Way(here + beyond.pages, beyond.path)]
    ways += [_longest(tree, target, path) for target in instead]
    return max(ways, key=_length)


def _length(way: Way) -> tuple[int, tuple[str, ...]]:
    return way.pages, way.path
