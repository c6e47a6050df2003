"""Texts that others have proposed and published, for the console to show."""

from uuid import UUID

from sqlalchemy import update

from gateway.catalogues import load_texts
from gateway.staff.audit import Actor
from gateway.ussd.pager import Budget
from gateway.wordings.ground import Repository
from gateway.wordings.keys import TextId
from gateway.wordings.pairs import word
from gateway.wordings.proposals import open_proposals
from gateway.wordings.publishing import publish
from gateway.wordings.tables import wording_proposals, wordings
from gateway.wordings.versions import ground_of
from tests.service import Service

HELP = TextId("lo", "Help")
BETTER_HELP = "ຖາມ"
LAST = TextId("lo", "Last one")
AGAIN, MAIN = TextId("lo", "Start again"), TextId("lo", "Main menu")
NOY, KEO = Actor("noy@elsewhere.la"), Actor("keo@elsewhere.la")


def repository(service: Service) -> Repository:
    settings = service.app.extensions["ports"].settings
    page = Budget(settings.ussd_ucs2_units, settings.ussd_septets)
    return Repository(service.app.extensions["menu"], load_texts(), page)


def put_proposal(service: Service, text: TextId = HELP, wording: str = BETTER_HELP) -> UUID:
    """Of somebody who is not signed in here."""
    with service.database.writing() as connection:
        ground = ground_of(connection, repository(service))
        word(connection, ground, {text: wording}, actor=NOY, now=service.clock())
        return next(one.id for one in open_proposals(connection) if one.text == text)


def put_publication(
    service: Service, text: TextId = HELP, wording: str = BETTER_HELP, by: Actor = KEO
) -> int:
    """Its number."""
    put_proposal(service, text, wording)
    with service.database.reading() as connection:
        waiting = [one for one in open_proposals(connection) if one.text.key == text.key]
        seen = {one.id: one.revision for one in waiting}
    return publish(service.database, repository(service), seen, actor=by, now=service.clock())


def put_moved(service: Service, key: str) -> None:
    """What waits was written when another wording stood there."""
    with service.database.writing() as connection:
        mine = (wording_proposals.c.msgid == key) & (wording_proposals.c.locale == "lo")
        connection.execute(update(wording_proposals).where(mine).values(instead_of="ເກົ່າ"))


def put_conflict(service: Service, text: TextId = HELP) -> int:
    """A publication over a catalogue that has another wording since; its number."""
    number = put_publication(service, text)
    with service.database.writing() as connection:
        connection.execute(
            update(wordings).where(wordings.c.publication == number).values(base_text="ອື່ນ")
        )
    return number
