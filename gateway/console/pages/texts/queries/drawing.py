"""The cards of what is in force, drawn once for all who read them until a wording changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from flask import abort
from sqlalchemy import Connection

from gateway.catalogues import lookup_in
from gateway.console.kit.context import menu, repository, settings, today
from gateway.text_cards.cards import Card, Service, branches, cards
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId
from gateway.wordings.versions import ground_of

_KEPT = 2  # drawings: of yesterday or today, before or after a publication
_drawn: dict[object, "Drawing"] = {}
_drawing = Lock()


@dataclass(frozen=True)
class Drawing:
    """Every card, as the wordings of `ground` have them."""

    ground: Ground
    service: Service
    cards: tuple[Card, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Card]:
        return {card.id: card for card in self.cards}

    def branches(self, locale: str) -> Mapping[str, str]:
        """{branch: what the first screen calls it}."""
        return branches(self.service, locale)


def drawing(connection: Connection) -> Drawing:
    """What is in force now. The first in a process, and the first behind a publication, takes some
    two seconds.
    """
    ground = ground_of(connection, repository())
    words = frozenset((locale, *one) for locale, texts in ground.published.items()
                      for one in texts.items())  # fmt: skip
    key = (menu().version, words, today(), ground.page)
    with _drawing:
        if key not in _drawn:
            while len(_drawn) >= _KEPT:
                del _drawn[next(iter(_drawn))]
            _drawn[key] = _draw(ground)
        return _drawn[key]


def card_or_404(found: Drawing, locale: str, card_id: str) -> tuple[Card, TextId]:
    """The card, and its text in the language `locale`; 404 where there is none."""
    card = found.by_id.get(card_id)
    if card is None or locale not in found.ground.base:
        abort(404)
    return card, TextId(locale, card.key)


def _draw(ground: Ground) -> Drawing:
    service = Service(
        tree=ground.tree,
        gettext={locale: lookup_in(texts) for locale, texts in ground.texts.items()},
        budget=ground.page,
        on=today(),
        service_code=settings().ussd_service_code,
        hotline=settings().hotline,
    )
    return Drawing(ground, service, cards(service))
