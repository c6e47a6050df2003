"""What has been said of the texts of one language: confirmed, changed since, proposed anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, select

from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.text_cards.cards import Card
from gateway.wordings.confirmations import Confirmation, confirmations
from gateway.wordings.keys import TextId, text_of
from gateway.wordings.proposals import Proposal, open_proposals
from gateway.wordings.tables import wording_confirmations
from gateway.wordings.versions import newest_wordings

State = Literal["confirmed", "unconfirmed", "changed", "proposed"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A card in one language. `changed`: confirmed as it was, and worded anew since, or laid over
    the catalogue's; `proposal` is the open one.
    """

    card: Card
    text: TextId
    confirmed: Sequence[Confirmation] = field(default_factory=tuple)
    changed: bool = False
    proposal: Proposal | None = None

    def is_in(self, state: State) -> bool:
        return {
            "confirmed": bool(self.confirmed),
            "unconfirmed": not self.confirmed,
            "changed": self.changed,
            "proposed": self.proposal is not None,
        }[state]


def readings(connection: Connection, found: Drawing, locale: str) -> list[Reading]:
    """Every card in the language `locale`, in their order."""
    confirmed = confirmations(connection, found.ground)
    changed = _outlived(connection, confirmed) | _laid_over(connection)
    proposed = {one.text: one for one in open_proposals(connection)}
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
            )
        )
    return listed


def _outlived(connection: Connection, confirmed: Mapping[TextId, object]) -> set[TextId]:
    """Confirmed once, and not as they stand."""
    table = wording_confirmations.c
    once = select(wording_confirmations).where(table.taken_back_at.is_(None))
    return {text_of(row) for row in connection.execute(once)} - confirmed.keys()


def _laid_over(connection: Connection) -> set[TextId]:
    newest = newest_wordings(connection)
    return {text for text, one in newest.items() if one.wording is not None}
