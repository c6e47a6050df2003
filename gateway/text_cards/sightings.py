"""Where each text of the menu is seen: made-up callers press every key, and the catalogue listens.

What no choice and no table names, the word for a status or for a kind of visit, is found so too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec import structs

from gateway.core.encoding import ucs2_units
from gateway.core.errors import MenuError
from gateway.core.kinds import EVENTS
from gateway.menu_map.made_up import WRONG_PIN, all_kinds, press
from gateway.menu_map.walking import walk
from gateway.ussd.drawing import Gettext, World, pages
from gateway.ussd.pager import Budget
from gateway.ussd.screens import (
    BACK,
    HOME,
    MENU_CHANGED,
    MORE,
    Ask,
    Each,
    Menu,
    MenuTree,
    Screen,
)
from gateway.ussd.session import Session, with_notice

LISTENING = "lo"  # the language in which the callers dial; what they see is the same in each
_FOOTER = (BACK, MORE, HOME)  # asked for on every screen, drawn on some
# A number that is no choice, a long one, no number, and a PIN that is not hers.
_WRONG = ("88", "888888", "x", WRONG_PIN)
# What screens that only a host leads to want to know.
_TOLD = {name: value for meaning in EVENTS.values() for name, value in meaning.told.items()}


@dataclass(frozen=True)
class InSlot:
    """A text inside of a value: the value takes `used` of the `of` units of its slot."""

    used: int
    of: int


@dataclass(frozen=True)
class Sighting:
    """A screen that some caller comes to, with the texts (keys of the catalogue) seen on it."""

    state: str
    world: World
    session: Session
    texts: frozenset[str]
    slots: Mapping[str, InSlot] = field(default_factory=dict)

    def pages(self, locale: str, gettext: Gettext | None = None) -> tuple[str, ...]:
        """The same screen as it is drawn in another language, or with other words."""
        world = self.world
        if gettext is not None:
            world = structs.replace(world, gettext={locale: gettext})
        return pages(world, structs.replace(self.session, locale=locale))


def sightings(
    tree: MenuTree, gettext: Mapping[str, Gettext], budget: Budget, on: date
) -> Iterator[Sighting]:
    """Every screen as every made-up caller sees it, then what a wrong key brings at the start and
    where something is typed, then the screens that only a host leads to. A screen that wants what
    nobody made up is left out.
    """
    worlds = [World(tree, facts, on, gettext, budget) for facts in all_kinds(on, LISTENING)]
    met: dict[str, Sighting] = {}
    for seen in _met(worlds):
        met.setdefault(seen.state, seen)
        yield seen
    for seen in met.values():
        if seen.state == tree.start or isinstance(tree.state(seen.state), Ask):
            yield from _with_notices(seen)
    for state in tree.states:
        if isinstance(state, Screen) and state.name not in met:
            yield from _unmet(worlds, state.name)


def _met(worlds: Sequence[World]) -> Iterator[Sighting]:
    """In the language of the dial; of a screen that is the same for all once."""
    been: set[str] = set()
    for world in worlds:
        # Whoever is not known is asked most, and what she answers leads to different screens.
        for step in walk(world, by_answers=not world.facts.beneficiaries):
            state = step.session.state
            same = state in been and not _varies(world.tree.state(state))
            if step.session.locale == LISTENING and not same:
                been.add(state)
                yield _look(world, step.session)


def _varies(state: object) -> bool:
    """Whether one caller may read other words on it than another."""
    if isinstance(state, Menu) and any(
        isinstance(one, Each) or one.when is not None for one in state.choices
    ):
        return True
    return isinstance(state, Screen) and bool(state.slots)


def _with_notices(seen: Sighting) -> Iterator[Sighting]:
    world, session = seen.world, seen.session
    if seen.state == world.tree.start:
        yield _look(world, with_notice(session, MENU_CHANGED))
    if not session.ended:
        yield from (_look(world, press(world, session, key)) for key in _WRONG)


def _unmet(worlds: Sequence[World], name: str) -> Iterator[Sighting]:
    for world in worlds:
        try:
            yield _look(world, Session(state=name, locale=LISTENING, answers=dict(_TOLD)))
        except (MenuError, LookupError, ValueError):
            continue
        return


def _look(world: World, session: Session) -> Sighting:
    heard: set[str] = set()
    listening = _listening(world, session.locale, heard)
    drawn = "\n".join(pages(listening, session))
    gettext = world.gettext[session.locale]
    unseen = {text for text in _FOOTER if gettext(text) not in drawn}
    slots = _in_slots(world, session)
    return Sighting(session.state, world, session, frozenset(heard - unseen), slots)


def _in_slots(world: World, session: Session) -> dict[str, InSlot]:
    """{text: the value that it is part of} on this screen."""
    state = world.tree.state(session.state)
    found: dict[str, InSlot] = {}
    for slot in state.slots.values() if isinstance(state, Screen) else ():
        heard: set[str] = set()
        context = _listening(world, session.locale, heard).context(session)
        used = ucs2_units(slot.value(context))
        found |= dict.fromkeys(heard, InSlot(used, slot.room(session.locale)))
    return found


def _listening(world: World, locale: str, heard: set[str]) -> World:
    gettext = world.gettext[locale]

    def listen(text: str) -> str:
        heard.add(text)
        return gettext(text)

    return structs.replace(world, gettext={locale: listen})
