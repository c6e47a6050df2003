"""A wording while it is typed: what is wrong with it, or the screens and SMS with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.catalogues import lookup_in
from gateway.core.encoding import septets, ucs2_units
from gateway.text_cards.cards import Card
from gateway.wordings.checks import check_wording
from gateway.wordings.checks.proposed import tidied
from gateway.wordings.faults import Fault
from gateway.wordings.ground import Ground
from gateway.wordings.keys import TextId


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`same`: it is what stands there; `pages` with it, one below the other, where nothing is
    wrong. `units` are those of the text itself.
    """

    same: bool
    faults: tuple[Fault, ...]
    units: int
    pages: tuple[str, ...]


def checked(ground: Ground, card: Card, text: TextId, wording: str) -> Checked:
    """Of what is typed so far."""
    tidy = tidied(text, wording)
    faults = check_wording(ground, text, tidy) if tidy else ()
    length = septets(tidy)
    return Checked(
        same=not tidy or tidy == ground.standing(text),
        faults=faults,
        units=ucs2_units(tidy) if length is None else length,
        pages=() if faults or not tidy else tuple(_redrawn(ground, card, text, tidy)),
    )


def _redrawn(ground: Ground, card: Card, text: TextId, wording: str) -> Iterator[str]:
    gettext = lookup_in({**ground.texts[text.locale], text.key: wording})
    for screen in card.screens[:1]:
        yield from screen.seen.pages(text.locale, gettext) if screen.seen else (wording,)
    for one in card.messages[:1]:
        yield one.redrawn(text.locale, gettext)
