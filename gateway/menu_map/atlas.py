"""Every screen of the menu in one language, where it leads, and how full it can get.

The screens are met, not described: callers who do not exist press every key there is. What none
of them comes to is shown as wide as it may get.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gateway.menu_map.made_up import all_kinds
from gateway.menu_map.walking import walk
from gateway.ussd.check.room import widest
from gateway.ussd.check.texts import Messages, msgids
from gateway.ussd.drawing import Gettext, World, pages
from gateway.ussd.pager import Budget
from gateway.ussd.screens import (
    RESUME,
    Ask,
    Choice,
    Each,
    End,
    Menu,
    MenuTree,
    Route,
    Screen,
    targets,
)

_KINDS: dict[type, str] = {Ask: "ask", End: "end"}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way out: the line to press ("" where something is typed) and the screens it may lead to."""

    label: str
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A screen: `number` as staff call it ("2.4"); its widest page takes `widest` of `room`."""

    name: str
    number: str
    kind: str
    pages: tuple[str, ...]
    ways: tuple[Way, ...]
    depth: int
    widest: int
    room: int


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one choice of the first screen leads to."""

    title: str
    cards: tuple[Card, ...]

    def columns(self) -> list[list[Card]]:
        """The cards by how many keys they are from the dial."""
        depths = sorted({card.depth for card in self.cards})
        return [[card for card in self.cards if card.depth == depth] for depth in depths]


def draw(
    tree: MenuTree, locale: str, gettext: Mapping[str, Gettext], budget: Budget, on: date
) -> list[Section]:
    """The whole menu, the first screen first."""
    messages = {msgid: gettext[locale](msgid) for _state, msgid in msgids(tree)}
    met = _meet(tree, locale, gettext, budget, on)
    placed = _place(tree, messages)
    numbers = _numbers(placed)

    def card(name: str, depth: int) -> Card:
        state = tree.state(name)
        assert isinstance(state, Screen)  # noqa: S101 - only screens are placed
        full = widest(state, locale, messages, notice="", deep=min(depth, 2), budget=budget)
        size = max((budget.measure(page) for page in full), key=lambda size: size.used)
        return Card(
            name=name,
            number=numbers[name],
            kind=_KINDS.get(type(state), "menu"),
            pages=met.get(name, full),
            ways=tuple(_ways(tree, state, messages)),
            depth=depth,
            widest=size.used,
            room=size.of,
        )

    return [
        Section(title=title, cards=tuple(card(name, depth) for name, depth in names))
        for title, names in placed
    ]


def numbers(tree: MenuTree, gettext: Gettext) -> dict[str, str]:
    """{state: its number}, in the order of the map."""
    messages = {msgid: gettext(msgid) for _state, msgid in msgids(tree)}
    return _numbers(_place(tree, messages))


def _meet(
    tree: MenuTree, locale: str, gettext: Mapping[str, Gettext], budget: Budget, on: date
) -> dict[str, tuple[str, ...]]:
    """{state: pages} as the first of the made-up callers to come there sees it."""
    met: dict[str, tuple[str, ...]] = {}
    for facts in all_kinds(on, locale):
        world = World(tree, facts, on, gettext, budget)
        for step in walk(world):
            if step.session.state not in met and step.session.locale == locale:
                met[step.session.state] = pages(world, step.session)
    return met


def _place(tree: MenuTree, messages: Messages) -> list[tuple[str, list[tuple[str, int]]]]:
    """(title, [(state, depth)]): the start, each of its choices, then what no choice leads to."""
    start = tree.state(tree.start)
    seen = {tree.start}
    sections = [("", [(tree.start, 0)])]
    ways = _ways(tree, start, messages)
    edges: deque[tuple[int, str, int]] = deque()
    for index, way in enumerate(ways):
        sections.append((way.label, []))
        edges += [(index + 1, name, 1) for name in way.to]
    _spread(tree, messages, edges, seen, sections)
    rest = [state.name for state in tree.states if isinstance(state, Screen)]
    sections[0][1].extend((name, 0) for name in rest if name not in seen)
    return sections


def _spread(
    tree: MenuTree,
    messages: Messages,
    edges: deque[tuple[int, str, int]],
    seen: set[str],
    sections: list[tuple[str, list[tuple[str, int]]]],
) -> None:
    while edges:
        index, name, depth = edges.popleft()
        if name in seen:
            continue
        seen.add(name)
        sections[index][1].append((name, depth))
        for way in _ways(tree, tree.state(name), messages):
            edges += [(index, target, depth + 1) for target in way.to]


def _numbers(placed: list[tuple[str, list[tuple[str, int]]]]) -> dict[str, str]:
    return {
        name: f"{index}.{count}" if index or count > 1 else "0"
        for index, (_title, names) in enumerate(placed)
        for count, (name, _depth) in enumerate(names, 1)
    }


def _ways(tree: MenuTree, state: object, messages: Messages) -> list[Way]:
    if isinstance(state, Menu):
        return [
            Way(label=_label(choice, messages), to=_screens(tree, targets(choice.to)))
            for choice in state.choices
        ]
    if isinstance(state, Ask):
        return [Way(label="", to=_screens(tree, targets(state.to)))]
    return []


def _label(choice: Choice | Each, messages: Messages) -> str:
    if isinstance(choice, Each):
        return messages[choice.label] % dict.fromkeys(choice.widths, "…")
    return messages[choice.label]


def _screens(tree: MenuTree, names: tuple[str, ...]) -> tuple[str, ...]:
    """Routes have no screen: what stands behind them."""
    found: dict[str, None] = {}
    for name in names:
        if name == RESUME:
            continue
        state = tree.state(name)
        behind = _screens(tree, targets(state.to)) if isinstance(state, Route) else (name,)
        found |= dict.fromkeys(behind)
    return tuple(found)
