"""Numbers whose answers were held back: they asked more than a number is answered."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from gateway.console.kit.context import current_staff, one_or_404
from gateway.console.kit.listing import Page, read_page
from gateway.messaging.tables import replies_held
from gateway.registry.tables import beneficiaries
from gateway.staff.confinement import conditions


def page_of(connection: Connection) -> Page:
    """A row for each number and day, the newest first."""
    key = (replies_held.c.last_at, replies_held.c.id)
    return read_page(connection, _seen(), key, descending=True)


def number_of(connection: Connection, held_id: UUID) -> str:
    """The number of a row that this person may see, or 404."""
    row = one_or_404(connection, _seen().where(replies_held.c.id == held_id))
    return str(row.msisdn)


def _seen() -> Select[Any]:
    """Whoever is confined sees the numbers of their people."""
    mine = conditions(beneficiaries, current_staff())
    statement = select(replies_held)
    if not mine:
        return statement
    numbers = select(beneficiaries.c.msisdn).where(*mine, beneficiaries.c.msisdn.is_not(None))
    return statement.where(replies_held.c.msisdn.in_(numbers))
