"""The vocabulary of menus: a menu is a table of these, so a tool can list every edge and text.

Menu     a text and numbered choices        Ask    a text, the caller types
Confirm  a Menu that asks once more         End    a text that closes the session
Route    no screen: goes on at once
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from gateway.core.errors import MenuError
from gateway.core.texts import _

BACK, MORE, HOME = _("0 Back"), _("9 More"), _("00 Menu")
BACK_KEY, MORE_KEY, HOME_KEY = "0", "9", "00"
NO_SUCH_CHOICE = _("No choice %(key)s.")
NOT_A_CHOICE = _("No such choice.")
NOT_A_NUMBER = _("Press a number.")
MENU_CHANGED = _("The menu has changed.")


class Context(msgspec.Struct, frozen=True):
    """What a function of a menu may look at; `facts` are the host's, opaque to the engine."""

    facts: Any
    answers: Mapping[str, str]
    locale: str
    today: date
    gettext: Callable[[str], str]


@dataclass(frozen=True)
class Event:
    """Something the caller wants done; the host writes it down before the reply goes out.

    Its kind is of the host's closed vocabulary, whose words the engine does not know; whatever is
    of none raises MenuError.
    """

    kind: StrEnum
    data: Mapping[str, str]

    def __post_init__(self) -> None:
        _of_a_vocabulary(self.kind)


@dataclass(frozen=True)
class Emits:
    """The event of a screen. Its kind and the `words` among its data that are of a closed
    vocabulary themselves are plain, so that a tool can tell what a screen causes.
    """

    kind: StrEnum
    data: Callable[[Context], Mapping[str, str]] = lambda _context: {}
    words: Mapping[str, StrEnum] = field(default_factory=dict)


@dataclass(frozen=True)
class Need:
    """A question only the host can answer; its answers join the session's. See Event."""

    kind: StrEnum
    data: Mapping[str, str]

    def __post_init__(self) -> None:
        _of_a_vocabulary(self.kind)


@dataclass(frozen=True)
class Asks:
    """The need of an Ask, its kind as plain as that of Emits; `data` of what was typed."""

    kind: StrEnum
    data: Callable[[Context, str], Mapping[str, str]]


def _of_a_vocabulary(kind: object) -> None:
    if not isinstance(kind, StrEnum):
        raise MenuError(f"{kind!r} is a word of no vocabulary")


@dataclass(frozen=True)
class Slot:
    """A placeholder's value and the most room it takes: UCS-2 units in Lao, septets in Latin.

    A longer value is cut on a syllable, unless it is a `name`: a cut name can be another village.
    """

    width: int
    value: Callable[[Context], str]
    latin: int | None = None
    name: bool = False

    def room(self, locale: str) -> int:
        return self.width if locale == "lo" or self.latin is None else self.latin


Slots = Mapping[str, Slot]
Guard = Callable[[Context], bool]


@dataclass(frozen=True)
class Branch:
    """Picks the next state; every state it may pick is named, the engine refuses others."""

    pick: Callable[[Context], str]
    to: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A numbered line. `sets` are absolute values: pressed twice it means the same."""

    label: str
    to: "str | Branch"
    sets: Mapping[str, str] = field(default_factory=dict)
    when: Guard | None = None


@dataclass(frozen=True)
class Each:
    """One choice for each of the caller's own things; `of` gives (answer, label's params)."""

    label: str
    of: Callable[[Context], Sequence[tuple[str, Mapping[str, str]]]]
    widths: Mapping[str, int]
    sets: str
    to: "str | Branch"
    most: int


@dataclass(frozen=True)
class Screen:
    """What Menu, Ask and End share. `heading` is a first line that yields to a notice.

    `pages`: the most pages the widest data may take; `emits`: on entry, never on Back; `told`:
    once the event's answers are known, to this very screen or to one that says otherwise;
    `answers`: who hangs up here has been told what she dialled for, and is not cut off.
    """

    name: str
    text: str
    slots: Slots = field(default_factory=dict)
    heading: str = ""
    pages: int = 1
    emits: Emits | None = None
    told: "Branch | None" = None
    answers: bool = False


@dataclass(frozen=True)
class Menu(Screen):
    choices: tuple[Choice | Each, ...] = ()


@dataclass(frozen=True)
class Confirm(Menu):
    """A question on one page: one choice does what it asks, every other leaves all as it is."""


@dataclass(frozen=True)
class Ask(Screen):
    """`accepts` returns the value of a well-formed input, or None: then `malformed` is shown.

    `needs` asks the host; `secret` input is never kept. A `to` that picks this very state asks
    again, under `error`.
    """

    accepts: Callable[[str], str | None] = lambda typed: typed or None
    malformed: str = NOT_A_NUMBER
    error: str = ""
    error_slots: Slots = field(default_factory=dict)
    sets: str = ""
    secret: bool = False
    needs: Asks | None = None
    to: "str | Branch" = ""


@dataclass(frozen=True)
class End(Screen):
    answers: bool = True


@dataclass(frozen=True)
class Route:
    name: str
    to: Branch


State = Screen | Route
RESUME = "@resume"  # the edge of a choice that goes on where the caller was cut off


@dataclass(frozen=True)
class Code:
    """A code that a card or a text teaches: `keys` behind the service code ("6*9*4", page keys
    included) lead the caller whose `facts` these are, on the day `on`, to the state `to`.
    """

    keys: str
    to: str
    facts: Any
    on: date


@dataclass(frozen=True)
class MenuTree:
    """The whole: `start` is entered at the dial, `home` by 00, `resume` offers to go on.

    `stopping` are the kinds of events that end, stop or give up something; `codes` what is taught.
    """

    name: str
    states: tuple[State, ...]
    start: str
    home: str
    resume: str = ""
    stopping: frozenset[StrEnum] = frozenset()
    codes: tuple[Code, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def version(self) -> str:
        """Changes when a state, an edge or the order of choices does; 8 hex digits."""
        shape = [(state.name, type(state).__name__, edges(state)) for state in self.states]
        return hashlib.sha256(repr(shape).encode()).hexdigest()[:8]

    def answers_at(self, name: str) -> bool:
        """Whether who hangs up at the state `name` has been told what she dialled for."""
        state = self.by_name.get(name)
        return isinstance(state, Screen) and state.answers

    def state(self, name: str) -> State:
        try:
            return self.by_name[name]
        except KeyError:
            raise MenuError(f"{self.name} has no state {name!r}") from None


def targets(to: "str | Branch") -> tuple[str, ...]:
    """Every state an edge may lead to."""
    return to.to if isinstance(to, Branch) else (to,)


def edges(state: State) -> list[tuple[str, str]]:
    """(label msgid, target) of every way out of `state`; "" for ways that have no label."""
    ways: list[tuple[str, str]] = []
    if isinstance(state, Menu):
        ways = [(choice.label, name) for choice in state.choices for name in targets(choice.to)]
    if isinstance(state, Ask | Route):
        ways = [("", name) for name in targets(state.to)]
    if isinstance(state, Screen) and state.told:
        ways += [("", name) for name in state.told.to if name != state.name]
    return ways
