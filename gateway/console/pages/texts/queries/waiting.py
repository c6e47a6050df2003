"""What waits for a second person: how a phone would show it, and why somebody is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.console.kit.context import actor, now
from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.staff.authors import Nearness, nearness
from gateway.text_cards.cards import Card
from gateway.text_cards.redrawn import Redrawn, redrawn
from gateway.text_cards.written import id_of
from gateway.wordings.keys import TextId, text_hash
from gateway.wordings.proposals import Proposal, author_of, open_proposals, proposals_of
from gateway.wordings.twins import LATIN, twin_of

_OF_EACH = 3  # that were turned down: a word that was tried again and again


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A proposal; `moved` is what stands there since it was written, "" where that is the same;
    `redrawn` None where its text is gone from the catalogue.
    """

    proposal: Proposal
    moved: str
    redrawn: Redrawn | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What is decided at once: a proposal, with that of the text's other script. `near`: why the
    reader is no second person, None where they are.
    """

    parts: tuple[Drawn, ...]
    card: Card | None
    near: Nearness | None

    @property
    def proposal(self) -> Proposal:
        return self.parts[0].proposal

    @property
    def submitted(self) -> bool:
        return all(one.proposal.state == "submitted" for one in self.parts)

    @property
    def moved(self) -> bool:
        return any(one.moved for one in self.parts)

    def seen(self) -> Mapping[str, str | int]:
        """What its reader saw, for a form: the revisions, and what stands there now."""
        names = ("seen", "seen_twin")
        found: dict[str, str | int] = {
            name: one.proposal.revision for name, one in zip(names, self.parts, strict=False)
        }
        return found | {"moved": " ".join(text_hash(one.moved) for one in self.parts if one.moved)}


def all_waiting(connection: Connection, found: Drawing) -> list[Waiting]:
    """The oldest first; Latin letters with their Lao."""
    known = {one.text: one for one in open_proposals(connection)}
    return [
        _waiting(connection, found, one, known)
        for one in known.values()
        if one.text.locale != LATIN or twin_of(one.text) not in known
    ]


def waiting_of(connection: Connection, found: Drawing, text: TextId) -> Waiting | None:
    """Of one text, its own proposal first."""
    known = {one.text: one for one in open_proposals(connection)}
    return _waiting(connection, found, known[text], known) if text in known else None


def turned_down(connection: Connection, text: TextId) -> list[Proposal]:
    """What was turned down of it, the newest first: its author is to learn why."""
    made = proposals_of(connection, text)
    return [one for one in reversed(made) if one.state == "rejected"][:_OF_EACH]


def _waiting(
    connection: Connection, found: Drawing, one: Proposal, known: Mapping[TextId, Proposal]
) -> Waiting:
    twin = twin_of(one.text)
    proposals = [one, *([known[twin]] if twin and twin in known else [])]
    authors = [author for proposal in proposals for author in proposal.authors]
    card = found.by_id.get(id_of(one.text.key))
    return Waiting(
        parts=tuple(_drawn(found, card, proposal) for proposal in proposals),
        card=card,
        near=nearness(connection, authors, author_of(actor()), now=now()),
    )


def _drawn(found: Drawing, card: Card | None, proposal: Proposal) -> Drawn:
    text = proposal.text
    standing = found.ground.standing(text) or ""
    return Drawn(
        proposal=proposal,
        moved=standing if standing != proposal.instead_of else "",
        redrawn=redrawn(found.service, card, text.locale, proposal.wording) if card else None,
    )
