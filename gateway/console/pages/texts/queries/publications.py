"""What was published, and what is in conflict, with the cards that they are of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Connection

from gateway.console.kit.context import actor, now, repository
from gateway.console.pages.texts.queries.drawing import Drawing
from gateway.staff.authors import Nearness, nearness
from gateway.text_cards.cards import Card
from gateway.text_cards.written import id_of
from gateway.wordings.keys import TextId
from gateway.wordings.kinds import PublicationKind
from gateway.wordings.proposals import author_of
from gateway.wordings.publishing import coming_back
from gateway.wordings.versions import (
    Conflict,
    Wording,
    conflicts,
    newest_wordings,
    publication,
)
from gateway.wordings.versions import publications as all_publications


@dataclass(frozen=True, kw_only=True)
class Published:
    """A publication with its wordings; `stands`: some of them still do, and can be taken back;
    `near`: why the reader may not, because a wording would come back that they wrote.
    """

    number: int
    kind: PublicationKind
    approved_by: str
    published_at: datetime
    wordings: Sequence[tuple[Wording, Card | None]]
    stands: bool
    near: Nearness | None


@dataclass(frozen=True)
class Disputed:
    """A conflict, and the id by which its text is known in an address."""

    conflict: Conflict
    id: str


def published(connection: Connection, found: Drawing) -> list[Published]:
    """The newest first."""
    newest, me = newest_wordings(connection), author_of(actor())
    listed = []
    for row in all_publications(connection):
        of_it = publication(connection, row.number)
        back = coming_back(connection, row.number)
        authors = [author for one in back for author in one.authors]
        listed.append(
            Published(
                number=row.number,
                kind=row.kind,
                approved_by=row.approved_by,
                published_at=row.published_at,
                wordings=[(one, found.by_id.get(id_of(one.text.key))) for one in of_it],
                stands=any(newest[one.text].publication == row.number for one in of_it),
                near=nearness(connection, authors, me, now=now()) if authors else None,
            )
        )
    return listed


def open_conflicts(connection: Connection, found: Drawing) -> list[Disputed]:
    """What somebody has to decide."""
    listed = conflicts(connection, found.ground.base)
    return [Disputed(one, id_of(one.text.key)) for one in listed]


def conflict_or_404(connection: Connection, locale: str, text_id: str) -> TextId:
    """The text in conflict; 404 where there is none."""
    wanted = (locale, text_id)
    listed = (one.text for one in conflicts(connection, repository().base))
    found = next((text for text in listed if (text.locale, id_of(text.key)) == wanted), None)
    return found if found is not None else abort(404)
