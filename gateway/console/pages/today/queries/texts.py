"""How many of the texts that mothers read somebody has confirmed."""

from sqlalchemy import Connection

from gateway.console.kit.context import repository
from gateway.wordings.confirmations import Figure, figures
from gateway.wordings.versions import ground_of

_READ_FIRST = "lo"


def confirmed_texts(connection: Connection) -> Figure:
    """Of the Lao texts, as they stand."""
    found = figures(connection, ground_of(connection, repository()))
    return next(one for one in found if one.locale == _READ_FIRST)
