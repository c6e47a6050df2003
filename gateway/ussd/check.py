"""Proves a menu before it is shipped: edges, reachability, texts, pages, time, taught codes; pure.

Every finding is a sentence that names the state, so that whoever wrote it finds the place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from gateway.core.errors import MenuError
from gateway.ussd import engine
from gateway.ussd.drawing import World, choice_keys, lay_out
from gateway.ussd.pager import Budget, Sheet
from gateway.ussd.screens import (
    BACK,
    HOME,
    MENU_CHANGED,
    MORE,
    NO_SUCH_CHOICE,
    NOT_A_CHOICE,
    NOT_A_NUMBER,
    RESUME,
    Ask,
    Choice,
    Code,
    Confirm,
    Each,
    End,
    Menu,
    MenuTree,
    Need,
    Route,
    Screen,
    Slots,
    State,
    edges,
    targets,
)

SECONDS_A_PAGE = 20
PAGES_OF_A_LIST = 2  # what most callers have in one; a longer one is leafed through, not read
PAGES_OF_NETWORKS = (Budget(80, 182), Budget(72, 160))  # 160 octets, and 144 where no more is sure
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
Messages = Mapping[str, str]  # msgid -> translation, "" or absent where there is none


@dataclass(frozen=True, order=True)
class Finding:
    state: str
    problem: str

    def __str__(self) -> str:
        return f"{self.state}: {self.problem}"


def check(
    tree: MenuTree, catalogues: Mapping[str, Messages], budget: Budget, session_seconds: int
) -> list[Finding]:
    """Everything wrong with `tree`; an empty list is the proof."""
    findings = sorted(
        {*_edges(tree), *_reachability(tree), *_unasked(tree), *_texts(tree, catalogues)}
    )
    if findings:
        return findings  # pages of a broken menu prove nothing
    found = {*_pages(tree, catalogues, budget), *_time(tree, session_seconds)}
    for one in {budget, *PAGES_OF_NETWORKS}:
        found |= set(_codes(tree, catalogues, one))
    return sorted(found)


def msgids(tree: MenuTree) -> Iterator[tuple[str, str]]:
    """(state, msgid) of every text a caller may see."""
    for text in (BACK, MORE, HOME, NO_SUCH_CHOICE, NOT_A_CHOICE, NOT_A_NUMBER, MENU_CHANGED):
        yield "(every screen)", text
    for state in tree.states:
        for text in _texts_of(state):
            if text:
                yield state.name, text


def _texts_of(state: State) -> Iterator[str]:
    if isinstance(state, Screen):
        yield from (state.heading, state.text)
    if isinstance(state, Menu):
        yield from (choice.label for choice in state.choices)
    if isinstance(state, Ask):
        yield from (state.malformed, state.error)


def _edges(tree: MenuTree) -> Iterator[Finding]:
    names = [state.name for state in tree.states]
    for name in {name for name in names if names.count(name) > 1}:
        yield Finding(name, "is defined twice")
    for state in tree.states:
        for _label, target in edges(state):
            if target not in tree.by_name and target != RESUME:
                yield Finding(state.name, f"leads to {target!r}, which does not exist")
    for entry in filter(None, (tree.start, tree.home, tree.resume)):
        if entry not in tree.by_name:
            yield Finding(tree.name, f"begins at {entry!r}, which does not exist")


def _reachability(tree: MenuTree) -> Iterator[Finding]:
    ahead = {state.name: {target for _label, target in edges(state)} for state in tree.states}
    reached = _closure({tree.start, tree.home, tree.resume} - {""}, ahead)
    behind: dict[str, set[str]] = {}
    for name, following in ahead.items():
        for target in following:
            behind.setdefault(target, set()).add(name)
    ending = _closure({state.name for state in tree.states if isinstance(state, End)}, behind)
    for name in tree.by_name:
        if name not in reached:
            yield Finding(name, "cannot be reached")
        elif name not in ending:
            yield Finding(name, "cannot reach an END")


def _unasked(tree: MenuTree) -> Iterator[Finding]:
    """Whatever ends, stops or gives up something is reached through a Confirm, and no other way."""
    stops = {
        state.name
        for state in tree.states
        if isinstance(state, Screen) and state.emits and state.emits.kind in tree.stopping
    }
    ends_it = stops | {
        state.name
        for state in tree.states
        if isinstance(state, Route) and stops & _through_routes(tree, state.name)
    }
    for entry in {tree.start, tree.home, tree.resume} & ends_it:
        yield Finding(entry, "ends something, and nobody is asked")
    for state in tree.states:
        ending = [target for _label, target in edges(state) if target in ends_it]
        if isinstance(state, Confirm):
            doing = [one for one in state.choices if ends_it & set(targets(one.to))]
            if (len(doing), len(ending), len(state.choices) > 1, state.pages) != (1, 1, True, 1):
                yield Finding(state.name, "must ask, on one page, whether to end one thing or not")
        elif isinstance(state, Screen):
            for name in ending:
                yield Finding(name, f"ends something, and {state.name!r} leads there unasked")


def _through_routes(tree: MenuTree, name: str) -> set[str]:
    """Where the Route `name` leads, behind other Routes too."""
    ahead = {
        state.name: {target for _label, target in edges(state)}
        for state in tree.states
        if isinstance(state, Route)
    }
    return _closure({name}, ahead)


def _closure(start: set[str], following: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for name in following.get(waiting.pop(), set()) - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def _texts(tree: MenuTree, catalogues: Mapping[str, Messages]) -> Iterator[Finding]:
    for (name, msgid), (locale, messages) in product(msgids(tree), catalogues.items()):
        translation = messages.get(msgid, "")
        if not translation:
            yield Finding(name, f"{msgid!r} is not translated into {locale}")
        elif set(_PLACEHOLDER.findall(msgid)) != set(_PLACEHOLDER.findall(translation)):
            yield Finding(name, f"{msgid!r} has other placeholders in {locale}")
    for state in tree.states:
        if isinstance(state, Screen):
            yield from _slots(state)


def _slots(state: Screen) -> Iterator[Finding]:
    used = set(re.findall(r"%\((\w+)\)s", state.text))
    if used != set(state.slots):
        yield Finding(state.name, f"its text names {sorted(used)}, its slots {sorted(state.slots)}")


def _pages(tree: MenuTree, catalogues: Mapping[str, Messages], budget: Budget) -> Iterator[Finding]:
    screens = [state for state in tree.states if isinstance(state, Screen)]
    for state, (locale, messages) in product(screens, catalogues.items()):
        for notice, deep in product(_notices(tree, state, locale, messages), (0, 1, 2)):
            if state.name == tree.home and deep:
                continue
            try:
                yield from _crowded(
                    state, locale, messages, notice=notice, deep=deep, budget=budget
                )
            except MenuError as error:
                yield Finding(state.name, f"in {locale}: {error}")


def _crowded(
    state: Screen, locale: str, messages: Messages, *, notice: str, deep: int, budget: Budget
) -> Iterator[Finding]:
    pages = widest(state, locale, messages, notice=notice, deep=deep, budget=budget)
    if len(pages) > state.pages:
        needs = f"{len(pages)} pages instead of {state.pages}"
        after = f" after {notice!r}" if notice else ""
        yield Finding(state.name, f"needs {needs} in {locale}{after}: {pages}")
    if not all(budget.fits(page) for page in pages):
        yield Finding(state.name, f"a page is over its budget in {locale}: {pages}")
    for number in range(1, len(pages) if notice else 0):  # a page that had no room raises
        _widest(
            state, locale, messages, notice=notice, notice_page=number, deep=deep, budget=budget
        )


def widest(
    state: Screen, locale: str, messages: Messages, *, notice: str, deep: int, budget: Budget
) -> tuple[str, ...]:
    """The pages of `state` when every slot is as wide as it may be and every choice is there."""
    sheets = _widest(state, locale, messages, notice=notice, deep=deep, budget=budget)
    return tuple(sheet.text for sheet in sheets)


def _widest(
    state: Screen,
    locale: str,
    messages: Messages,
    *,
    notice: str,
    deep: int,
    budget: Budget,
    notice_page: int = 0,
) -> tuple[Sheet, ...]:
    keys = choice_keys()
    choices = state.choices if isinstance(state, Menu) else ()
    labels = [
        f"{next(keys)} {label}" for choice in choices for label in _labels(choice, locale, messages)
    ]
    return lay_out(
        state,
        messages.__getitem__,
        values=_wide(state.slots, locale),
        labels=tuple(labels),
        notice=notice,
        notice_page=notice_page,
        deep=deep,
        budget=budget,
        latin=locale != "lo",
    )


def _labels(choice: Choice | Each, locale: str, messages: Messages) -> Iterable[str]:
    if isinstance(choice, Each):
        params = {name: _filler(width, locale) for name, width in choice.widths.items()}
        return [messages[choice.label] % params] * choice.most
    return [messages[choice.label]]


def _wide(slots: Slots, locale: str) -> dict[str, str]:
    return {name: _filler(slot.room(locale), locale) for name, slot in slots.items()}


def _filler(width: int, locale: str) -> str:
    """A text as wide as its slot, with a place to break it every eight units."""
    letter = "ກ" if locale == "lo" else "m"
    return "".join(" " if at % 8 == 7 and at < width - 1 else letter for at in range(width))


def _notices(tree: MenuTree, state: Screen, locale: str, messages: Messages) -> Iterator[str]:
    yield ""
    if isinstance(state, Menu):
        yield messages[NO_SUCH_CHOICE] % {"key": "88"}
        yield messages[NOT_A_CHOICE]
        yield messages[NOT_A_NUMBER]
    if isinstance(state, Ask):
        yield messages[state.malformed]
        if state.error:
            yield messages[state.error] % _wide(state.error_slots, locale)
    if state.name == tree.start:
        yield messages[MENU_CHANGED]


def _codes(tree: MenuTree, catalogues: Mapping[str, Messages], budget: Budget) -> Iterator[Finding]:
    """A taught code leads to one state, whatever the language and the page."""
    for code, locale in product(tree.codes, catalogues):
        reached = _arrival(tree, code, locale, catalogues, budget)
        if reached != code.to:
            page = f"{budget.ucs2_units}/{budget.septets}"
            yield Finding(code.to, f"*{code.keys}# leads to {reached!r} in {locale} at {page}")


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


def _time(tree: MenuTree, session_seconds: int) -> Iterator[Finding]:
    pages, path = _longest(tree, tree.start, ())
    if pages * SECONDS_A_PAGE > session_seconds:
        way = " > ".join(path)
        yield Finding(path[-1], f"is {pages} pages from the dial, too far for a session: {way}")


def _longest(tree: MenuTree, name: str, before: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    """The most pages before an END on a way that visits no state twice.

    The page that ends the session may be read for as long as one likes.
    """
    state = tree.by_name[name]
    here = state.pages if isinstance(state, Screen) else 0
    if isinstance(state, Menu) and any(isinstance(choice, Each) for choice in state.choices):
        here = min(here, PAGES_OF_A_LIST)
    here -= isinstance(state, End)
    path = (*before, name)
    # What an event's answer leads to is read in this screen's place, not after it.
    instead = set(state.told.to if isinstance(state, Screen) and state.told else ()) - {*path}
    following = {target for _label, target in edges(state)} - {RESUME, *path, *instead}
    longest = max((_longest(tree, target, path) for target in following), default=(0, path))
    read = (here + longest[0], longest[1])
    return max([read, *(_longest(tree, target, path) for target in instead)])
