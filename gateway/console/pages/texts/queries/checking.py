"""A wording while it is typed: what is wrong with it, or the screens and SMS with it."""

from dataclasses import dataclass

from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.core.encoding import septets, ucs2_units
from gateway.text_cards.cards import Card
from gateway.text_cards.redrawn import Redrawn, redrawn
from gateway.wordings.checks import check_wording
from gateway.wordings.checks.proposed import tidied
from gateway.wordings.faults import Fault
from gateway.wordings.keys import TextId
from gateway.wordings.pairs import with_latin
from gateway.wordings.proposals import Proposal
from gateway.wordings.twins import LAO, twin_of


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`same`: it is what stands there; `drawn` with it, where nothing is wrong. `units` are those
    of the text itself; `latin` the Latin letters of a Lao text, where others are needed.
    """

    empty: bool
    same: bool
    faults: tuple[Fault, ...]
    units: int
    latin: str
    drawn: Redrawn | None


def checked(
    found: Drawing, card: Card, text: TextId, wording: str, waiting: Proposal | None
) -> Checked:
    """Of what is typed so far; `waiting` is what is proposed of the other script."""
    ground, tidy = found.ground, tidied(text, wording)
    twin = twin_of(text)
    beside = {twin: waiting.wording} if twin and waiting else {}
    latin = ""
    if twin and tidy and text.locale == LAO:
        known = {twin: waiting} if waiting else {}
        latin = with_latin(ground, {text: tidy}, known).get(twin, "")
        beside = {twin: latin} if latin else beside
    faults = check_wording(ground, text, tidy, beside) if tidy else ()
    length = septets(tidy)
    return Checked(
        empty=not tidy,
        same=tidy == ground.standing(text),
        faults=faults,
        units=ucs2_units(tidy) if length is None else length,
        latin=latin,
        drawn=redrawn(found.service, card, text.locale, tidy) if tidy and not faults else None,
    )
