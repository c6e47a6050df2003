"""A card for each text that a handset shows, in calling order, the riskiest first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

from gateway.core.texts import _
from gateway.menu_map.atlas import numbers
from gateway.text_cards.facts import Fact, facts
from gateway.text_cards.risks import Risk, risk_of, stopping_texts
from gateway.text_cards.room import Left, Measured
from gateway.text_cards.sightings import LISTENING, Sighting, sightings
from gateway.text_cards.sms import Sent, sent
from gateway.text_cards.written import Written, written
from gateway.ussd.check.texts import msgids
from gateway.ussd.drawing import Gettext
from gateway.ussd.pager import Budget
from gateway.ussd.screens import Menu, MenuTree

MOST_SCREENS = 3  # drawn on a card; on how many more it stands is said
SMS = "sms"  # the branch of what is on no screen
_START = "0"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A screen as the phone draws it: `number` as on the menu map, the pages by locale; `seen` by
    whom, None of what comes in the menu's place.
    """

    state: str
    number: str
    pages: Mapping[str, tuple[str, ...]]
    seen: Sighting | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """`texts` by locale, with their placeholders; `branch` "1" to "6" as the first screen's
    choices, "0" that screen, or SMS; `seen` on which screens, of which `elsewhere` are not drawn.
    `room` measures what is left on the fullest, by locale.
    """

    written: Written
    risk: Risk
    branch: str
    texts: Mapping[str, str]
    screens: tuple[Shown, ...]
    seen: tuple[Sighting, ...]
    elsewhere: int
    room: Callable[[], Mapping[str, tuple[Left, ...]]]
    messages: tuple[Sent, ...]

    @property
    def id(self) -> str:
        return self.written.id

    @property
    def key(self) -> str:
        return self.written.key

    @property
    def channels(self) -> tuple[str, ...]:
        """Of "ussd" and "sms" those on which it is read."""
        return ("ussd",) * bool(self.screens) + ("sms",) * bool(self.messages)

    def facts(self, on: date) -> tuple[Fact, ...]:
        """When the SMS go out that it is a text of."""
        found = chain.from_iterable(facts(one.template, on) for one in self.messages)
        return tuple({str(fact): fact for fact in found}.values())


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the cards are drawn of; `gettext` has the wordings in force."""

    tree: MenuTree
    gettext: Mapping[str, Gettext]
    budget: Budget
    on: date
    service_code: str
    hotline: str


def cards(service: Service) -> tuple[Card, ...]:
    """Every text of handsets."""
    table = _Table(service)
    return tuple(sorted(map(table.card, written().values()), key=table.place))


def branches(service: Service, locale: str) -> dict[str, str]:
    """{branch: what the first screen calls it, or what staff call that screen}."""
    start, gettext = service.tree.state(service.tree.start), service.gettext[locale]
    choices = start.choices if isinstance(start, Menu) else ()
    titles = {str(number): gettext(choice.label) for number, choice in enumerate(choices, 1)}
    return {_START: gettext(_("First screen"))} | titles


class _Table:
    """What is asked about every text, found out once."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.numbers = numbers(service.tree, service.gettext[LISTENING])
        self.states = {name: at for at, name in enumerate(self.numbers)}
        self.seen = _seen(service, self.states)
        self.measured = Measured(service.tree, service.gettext, written())
        self.stopping = stopping_texts(service.tree)
        self.order = {key: at for at, (_state, key) in enumerate(msgids(service.tree))}

    def card(self, one: Written) -> Card:
        service, seen = self.service, self.seen.get(one.key, ())
        messages = sent(
            one.key,
            service.gettext,
            service.on,
            service_code=service.service_code,
            hotline=service.hotline,
        )
        texts = {locale: gettext(one.key) for locale, gettext in service.gettext.items()}
        screens = tuple(self._shown(each) for each in seen[:MOST_SCREENS])
        if not seen and not messages:
            screens = (_alone(texts),)
        return Card(
            written=one,
            risk=risk_of(one.key, one.places, self.stopping),
            branch=screens[0].number.partition(".")[0] if screens else SMS,
            texts=texts,
            screens=screens,
            seen=seen,
            elsewhere=max(0, len(seen) - MOST_SCREENS),
            room=partial(self.measured.left, one.key, seen) if screens else dict,
            messages=messages,
        )

    def place(self, card: Card) -> tuple[int, int, int]:
        """How risky, then where a caller comes to it; what is on no screen comes after those."""
        screen = len(self.states) + 1
        if card.screens:
            screen = self.states.get(card.screens[0].state, len(self.states))
        return card.risk, screen, self.order.get(card.key, len(self.order))

    def _shown(self, seen: Sighting) -> Shown:
        pages = {locale: seen.pages(locale) for locale in self.service.gettext}
        return Shown(state=seen.state, number=self.numbers[seen.state], pages=pages, seen=seen)


def _seen(service: Service, states: Mapping[str, int]) -> dict[str, tuple[Sighting, ...]]:
    """{text: its first sighting on each screen}, the screens in the order of the map."""
    found: dict[str, dict[str, Sighting]] = {}
    for one in sightings(service.tree, service.gettext, service.budget, service.on):
        for text in one.texts:
            found.setdefault(text, {}).setdefault(one.state, one)
    return {
        text: tuple(by_state[state] for state in sorted(by_state, key=states.__getitem__))
        for text, by_state in found.items()
    }


def _alone(texts: Mapping[str, str]) -> Shown:
    """What comes in the menu's place: the text is all there is on the page."""
    pages = {locale: (text,) for locale, text in texts.items()}
    return Shown(state="", number=_START, pages=pages)


def screens_of(cards_: Sequence[Card]) -> Iterator[tuple[Shown | None, tuple[Card, ...]]]:
    """The cards by the screen that each is first seen on, in their order; None for SMS alone."""
    groups: dict[str, list[Card]] = {}
    for card in cards_:
        state = card.screens[0].state if card.screens else card.id
        groups.setdefault(state, []).append(card)
    for group in groups.values():
        yield (group[0].screens[0] if group[0].screens else None), tuple(group)
