"""Two people who publish a wording of the programme's own texts, on any database."""

from datetime import UTC, datetime

from gateway.catalogues import load_texts
from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.ussd.pager import Budget
from gateway.wordings.ground import FULL_PAGE, Repository
from gateway.wordings.keys import TextId
from gateway.wordings.pairs import word
from gateway.wordings.proposals import open_proposals
from gateway.wordings.publishing import publish
from gateway.wordings.versions import ground_of
from menus import build_menu


def repository(page: Budget = FULL_PAGE) -> Repository:
    return Repository(build_menu("12345678"), load_texts(), page)


def published(database: Database, text: TextId, wording: str) -> int:
    """The number of the publication."""
    return agreed(database, repository(), text, wording, datetime.now(UTC))


def agreed(database: Database, base: Repository, text: TextId, wording: str, now: datetime) -> int:
    """With the other script of the text, where that has to say something else too."""
    with database.writing() as connection:
        ground = ground_of(connection, base)
        word(connection, ground, {text: wording}, actor=Actor("noy@x.la"), now=now)
        waiting = [one for one in open_proposals(connection) if one.text.key == text.key]
    seen = {one.id: one.revision for one in waiting}
    return publish(database, base, seen, actor=Actor("keo@x.la"), now=now)
