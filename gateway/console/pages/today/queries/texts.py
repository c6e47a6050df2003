"""How many of the texts that mothers read somebody has confirmed."""

from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.console.kit.context import repository
from gateway.wordings.confirmations import Figure, figures
from gateway.wordings.proposals import open_proposals
from gateway.wordings.versions import conflicts, ground_of

_READ_FIRST = "lo"


@dataclass(frozen=True)
class Work:
    """What of the texts waits: for a second person, and in conflict with the catalogue."""

    waiting: int
    conflicts: int


def work(connection: Connection) -> Work:
    waiting = {one.text.key for one in open_proposals(connection)}
    return Work(len(waiting), len(conflicts(connection, repository().base)))


def confirmed_texts(connection: Connection) -> Figure:
    """Of the Lao texts, as they stand."""
    found = figures(connection, ground_of(connection, repository()))
    return next(one for one in found if one.locale == _READ_FIRST)
