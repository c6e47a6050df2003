"""Every screen holds its pages when every slot is as wide as it may be and every choice is there.

What is left on a screen and by how much it is over are one figure: the pages are filled one after
the other, and the last that the screen may have takes all the rest.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from gateway.core.errors import MenuError
from gateway.ussd.check.findings import Finding
from gateway.ussd.check.texts import Messages
from gateway.ussd.drawing import choice_keys, lay_out
from gateway.ussd.pager import Budget, Footer, Sheet, fill_up, paginate
from gateway.ussd.screens import (
    MENU_CHANGED,
    NO_SUCH_CHOICE,
    NOT_A_CHOICE,
    NOT_A_NUMBER,
    Ask,
    Choice,
    Each,
    End,
    Menu,
    MenuTree,
    Screen,
    Slots,
)

_Draw = Callable[[str, tuple[str, ...], Footer, Budget], tuple[Sheet, ...]]


@dataclass(frozen=True)
class Room:
    """What the widest data leave of a screen: its text ends on the page `page` of at most `pages`.

    `used` of `of` units (UCS-2, or septets where all of the page is GSM-7) stand on it; more where
    it does not fit. `notice` is the line on top, "" where the screen is fullest without one.
    """

    state: str
    locale: str
    page: int
    pages: int
    used: int
    of: int
    septets: bool
    notice: str = ""

    @property
    def left(self) -> int:
        """Units or septets; less than 0 is too much."""
        return self.of - self.used

    @property
    def tightness(self) -> tuple[int, int]:
        """Sorts the tightest first: what is over, what has no page left, what has one left."""
        return (self.pages - self.page if self.left >= 0 else 0, self.left)

    def __str__(self) -> str:
        unit = "septet" if self.septets else "unit"
        over = f"{-self.left} {unit}{'' if self.left == -1 else 's'} over"
        said = f", with the notice {self.notice!r}" if self.notice else ""
        return f"{over} on page {self.page} of {self.pages}{said}"


@dataclass(frozen=True)
class _Shown:
    """A screen as wide as it may get, in one language, under one notice."""

    state: Screen
    locale: str
    messages: Messages
    notice: str
    deep: int
    budget: Budget

    @property
    def looks(self) -> tuple[object, ...]:
        """What is drawn: two screens that look alike have the same room."""
        state = self.state
        kind, most = isinstance(state, End), state.pages
        texts = self.messages.get(state.heading), self.messages.get(state.text)
        slots = {name: slot.room(self.locale) for name, slot in state.slots.items()}
        return *texts, str(slots), self.labels(), self.notice, self.deep, kind, most, self.locale

    def labels(self) -> tuple[str, ...]:
        keys, state = choice_keys(), self.state
        choices = state.choices if isinstance(state, Menu) else ()
        return tuple(
            f"{next(keys)} {label}"
            for choice in choices
            for label in _labels(choice, self.locale, self.messages)
        )

    def sheets(self, *, notice_page: int = 0, draw: _Draw = paginate) -> tuple[Sheet, ...]:
        return lay_out(
            self.state,
            self.messages.__getitem__,
            values=_wide(self.state.slots, self.locale),
            labels=self.labels(),
            notice=self.notice,
            notice_page=notice_page,
            deep=self.deep,
            budget=self.budget,
            latin=self.locale != "lo",
            draw=draw,
        )

    def room(self) -> Room:
        most = self.state.pages
        sheets = self.sheets(draw=partial(fill_up, most=most))
        size = self.budget.measure(sheets[-1].text)
        return Room(
            self.state.name,
            self.locale,
            page=len(sheets),
            pages=most,
            used=size.used,
            of=size.of,
            septets=size.septets,
            notice=self.notice,
        )

    def unfit(self) -> str:
        """What is wrong with the pages as they are drawn, a notice on any of them."""
        try:
            pages = self.sheets()
            for number in range(1, len(pages) if self.notice else 0):
                self.sheets(notice_page=number)
        except MenuError as error:
            return str(error)
        held = len(pages) <= self.state.pages and all(self.budget.fits(one.text) for one in pages)
        return "" if held else f"does not hold {[one.text for one in pages]}"


@dataclass(frozen=True)
class Misfit:
    """A screen that does not hold its pages. `unfit` says how where it is not `over`."""

    room: Room
    unfit: str = ""

    @property
    def over(self) -> int:
        """Units or septets too many; 0 where the pages are at fault in another way."""
        return max(-self.room.left, 0)


def misfits(
    tree: MenuTree,
    catalogues: Mapping[str, Messages],
    budget: Budget,
    states: Container[str] | None = None,
) -> Iterator[Misfit]:
    """Where a screen does not hold its pages; what is over is not drawn as well.

    `states` are the names of those to look at; None: all of them.
    """
    known: dict[tuple[object, ...], Misfit | None] = {}
    for shown in _all(tree, catalogues, budget, states):
        looks = shown.looks
        if looks not in known:
            known[looks] = _misfit(shown)
        found = known[looks]
        if found is not None:
            yield replace(found, room=replace(found.room, state=shown.state.name))


def _misfit(shown: _Shown) -> Misfit | None:
    room = shown.room()
    unfit = shown.unfit() if room.left >= 0 else ""
    return Misfit(room, unfit) if unfit or room.left < 0 else None


def check_pages(
    tree: MenuTree, catalogues: Mapping[str, Messages], budget: Budget
) -> Iterator[Finding]:
    for one in misfits(tree, catalogues, budget):
        said = one.unfit or str(one.room)
        yield Finding(one.room.state, said, one.room.locale, over=one.over)


def rooms(
    tree: MenuTree,
    catalogues: Mapping[str, Messages],
    budget: Budget,
    states: Container[str] | None = None,
) -> list[Room]:
    """What is left on each screen in each language, where it is fullest; the tightest first.

    `states` are the names of those to look at; None: all of them.
    """
    tightest: dict[tuple[str, str], Room] = {}
    for shown in _all(tree, catalogues, budget, states):
        room = shown.room()
        place = (room.state, room.locale)
        known = tightest.setdefault(place, room)
        if room.tightness < known.tightness:
            tightest[place] = room
    return sorted(tightest.values(), key=lambda room: (room.tightness, room.state, room.locale))


def widest(
    state: Screen, locale: str, messages: Messages, *, notice: str, deep: int, budget: Budget
) -> tuple[str, ...]:
    """The pages of `state` when every slot is as wide as it may be and every choice is there."""
    shown = _Shown(state, locale, messages, notice, deep, budget)
    return tuple(sheet.text for sheet in shown.sheets())


def _all(
    tree: MenuTree,
    catalogues: Mapping[str, Messages],
    budget: Budget,
    states: Container[str] | None = None,
) -> Iterator[_Shown]:
    """A way back costs room, the way home behind it stands only where there is some."""
    wanted = tree.states if states is None else [one for one in tree.states if one.name in states]
    screens = [state for state in wanted if isinstance(state, Screen)]
    for state, (locale, messages) in product(screens, catalogues.items()):
        depths = (0,) if state.name == tree.home else (0, 1)
        for notice, deep in product(_notices(tree, state, locale, messages), depths):
            yield _Shown(state, locale, messages, notice, deep, budget)


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
