"""A card with another wording: its screens, what room that leaves, where a page more is needed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from gateway.core.encoding import septets, ucs2_units
from gateway.core.errors import MenuError
from gateway.text_cards.cards import Card, Service
from gateway.text_cards.room import Left, Measured
from gateway.text_cards.sightings import Sighting
from gateway.text_cards.sms import Sent, sent
from gateway.text_cards.written import written
from gateway.ussd.check import PAGES_OF_NETWORKS
from gateway.ussd.drawing import Gettext
from gateway.ussd.pager import Budget

_FILLER = {"lo": "ກ"}  # elsewhere a Latin letter
_NUMBER = re.compile(r"(\d+) ")


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A screen takes `count` pages of `page` units, and took fewer; `choice` moves to the page
    `number`, "" where no choice does.
    """

    page: int
    count: int
    choice: str = ""
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """In one language. `pages` are those of the first screen, or the first SMS."""

    pages: tuple[str, ...]
    lefts: tuple[Left, ...]
    messages: tuple[Sent, ...]
    grown: tuple[Grown, ...]


def redrawn(service: Service, card: Card, locale: str, wording: str) -> Redrawn:
    """`card` with `wording`, which holds on its screens."""
    before = service.gettext[locale]
    gettext = over(before, card.key, wording)
    messages = sent(
        card.key,
        {locale: gettext},
        service.on,
        service_code=service.service_code,
        hotline=service.hotline,
    )
    screens = [one.seen for one in card.screens if one.seen]
    pages = screens[0].pages(locale, gettext) if screens else (wording,) * bool(card.screens)
    return Redrawn(
        pages=pages or tuple(one.texts[locale] for one in messages[:1]),
        lefts=lefts(service, card, locale, gettext),
        messages=messages,
        grown=tuple(_grown(screens, locale, before, gettext)),
    )


def lefts(service: Service, card: Card, locale: str, gettext: Gettext) -> tuple[Left, ...]:
    """What is left on each network's page with the words of `gettext`."""
    if not card.screens:
        return ()
    measured = Measured(service.tree, {locale: gettext}, written())
    wider = _width(gettext(card.key)) - _width(service.gettext[locale](card.key))
    found = measured.left(card.key, card.seen)[locale]
    found = tuple(replace(one, left=one.left - wider) if one.in_slot else one for one in found)
    return with_breaks(card, locale, found, gettext)


def with_breaks(
    card: Card, locale: str, found: Sequence[Left], gettext: Gettext | None = None
) -> tuple[Left, ...]:
    """With how much longer the text may be until a screen that the card draws takes a page more;
    with the words of `gettext`, or those in force.
    """
    screens = [one.seen for one in card.screens if one.seen]
    if not screens:
        return tuple(found)
    words = gettext or screens[0].world.gettext[locale]
    return tuple(
        replace(
            one,
            until_break=_until_break(
                screens, locale, card.key, gettext=words, budget=budget, most=one.left
            ),
        )
        for one, budget in zip(found, PAGES_OF_NETWORKS, strict=True)
    )


def over(gettext: Gettext, key: str, wording: str) -> Gettext:
    """`gettext` with another wording of one text."""
    return lambda text: wording if text == key else gettext(text)


def _until_break(
    screens: Sequence[Sighting],
    locale: str,
    key: str,
    *,
    gettext: Gettext,
    budget: Budget,
    most: int,
) -> int | None:
    """None: not within the `most` signs that are left with the widest data."""
    text, letter = gettext(key), _FILLER.get(locale, "m")

    def breaks(count: int) -> bool:
        longer = over(gettext, key, text + letter * count)
        return any(
            _count(one, locale, longer, budget) > _count(one, locale, gettext, budget)
            for one in screens
        )

    if most < 1 or not breaks(most):
        return None
    low, high = 0, most  # breaks with `high` more
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if breaks(middle) else (middle, high)
    return low


def _count(seen: Sighting, locale: str, gettext: Gettext, budget: Budget) -> int:
    try:
        return len(_on(seen, budget).pages(locale, gettext))
    except MenuError:
        return 99  # it needs more pages than there are


def _on(seen: Sighting, budget: Budget) -> Sighting:
    return replace(seen, world=structs.replace(seen.world, budget=budget))


def _grown(
    screens: Sequence[Sighting], locale: str, before: Gettext, after: Gettext
) -> Iterator[Grown]:
    """The first screen on each network's page."""
    for budget in PAGES_OF_NETWORKS:
        for seen in screens:
            old, new = (_on(seen, budget).pages(locale, one) for one in (before, after))
            if len(new) > len(old):
                yield _grown_one(budget, old, new)
                break


def _grown_one(budget: Budget, old: Sequence[str], new: Sequence[str]) -> Grown:
    stood, stands = _choices(old), _choices(new)
    for number, (at, line) in stands.items():
        if number in stood and at > stood[number][0]:
            return Grown(page=budget.ucs2_units, count=len(new), choice=line, number=at)
    return Grown(page=budget.ucs2_units, count=len(new))


def _choices(pages: Sequence[str]) -> Mapping[str, tuple[int, str]]:
    """{key: the page (from 1) that it stands on, its line}, without the keys at the foot."""
    found = {}
    for at, page in enumerate(pages, 1):
        for line in page.split("\n")[:-1]:
            if number := _NUMBER.match(line):
                found[number[1]] = (at, line)
    return found


def _width(text: str) -> int:
    length = septets(text)
    return ucs2_units(text) if length is None else length
