"""What has been said of the texts of one language: confirmed, changed since, proposed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, select

from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.text_cards.cards import Card
from gateway.wordings.comments import Comment
from gateway.wordings.comments import comments as all_comments
from gateway.wordings.confirmations import Confirmation, confirmations
from gateway.wordings.keys import TextId, text_of
from gateway.wordings.kinds import Capacity
from gateway.wordings.proposals import Proposal, open_proposals
from gateway.wordings.tables import wording_confirmations

State = Literal["confirmed", "unconfirmed", "changed", "proposed", "commented"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A card in one language. `changed`: confirmed as it was, and worded anew since, or laid over
    the catalogue's; `proposal` is the open one; `comments` also those seen to.
    """

    card: Card
    text: TextId
    confirmed: Sequence[Confirmation] = field(default_factory=tuple)
    changed: bool = False
    proposal: Proposal | None = None
    comments: Sequence[Comment] = field(default_factory=tuple)

    def is_in(self, state: State, capacity: Capacity | None = None) -> bool:
        """Where a `capacity` is given, only what was confirmed in it is."""
        confirmed = any(capacity in {None, one.capacity} for one in self.confirmed)
        return {
            "confirmed": confirmed,
            "unconfirmed": not confirmed,
            "changed": self.changed,
            "proposed": self.proposal is not None,
            "commented": bool(self.open_comments),
        }[state]

    @property
    def open_comments(self) -> list[Comment]:
        """What somebody has to see to."""
        return [one for one in self.comments if one.open]


def readings(connection: Connection, found: Drawing, locale: str) -> list[Reading]:
    """Every card in the language `locale`, in their order."""
    confirmed = confirmations(connection, found.ground)
    changed = _outlived(connection, confirmed) | _laid_over(found)
    proposed = {one.text: one for one in open_proposals(connection)}
    commented = all_comments(connection, found.ground)
    listed = []
    for card in found.cards:
        text = TextId(locale, card.key)
        listed.append(
            Reading(
                card=card,
                text=text,
                confirmed=confirmed.get(text, ()),
                changed=text in changed,
                proposal=proposed.get(text),
                comments=commented.get(text, ()),
            )
        )
    return listed


def _outlived(connection: Connection, confirmed: Mapping[TextId, object]) -> set[TextId]:
    """Confirmed once, and not as they stand."""
    table = wording_confirmations.c
    once = select(wording_confirmations).where(table.taken_back_at.is_(None))
    return {text_of(row) for row in connection.execute(once)} - confirmed.keys()


def _laid_over(found: Drawing) -> set[TextId]:
    """Other than the catalogue's."""
    ground = found.ground
    texts = (TextId(locale, key) for locale, those in ground.published.items() for key in those)
    return {text for text in texts if ground.standing(text) != ground.base_text(text)}
