"""Two people who publish a wording of the programme's own texts, on any database."""

from datetime import UTC, datetime
from uuid import UUID

from gateway.catalogues import load_texts
from gateway.registry.database import Database
from gateway.staff.audit import Actor
from gateway.ussd.pager import Budget
from gateway.wordings.ground import FULL_PAGE, Repository
from gateway.wordings.keys import TextId
from gateway.wordings.proposals import propose
from gateway.wordings.publishing import publish
from gateway.wordings.versions import ground_of
from menus import build_menu


def repository(page: Budget = FULL_PAGE) -> Repository:
    return Repository(build_menu("12345678"), load_texts(), page)


def published(database: Database, text: TextId, wording: str) -> int:
    """The number of the publication."""
    now, base = datetime.now(UTC), repository()
    with database.reading() as connection:
        ground = ground_of(connection, base)
    with database.writing() as connection:
        made: UUID = propose(connection, ground, text, wording, actor=Actor("noy@x.la"), now=now)
    return publish(database, base, {made: 1}, actor=Actor("keo@x.la"), now=now)
