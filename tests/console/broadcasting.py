"""Broadcasts on their way, and what their pages offer.

For tests in which something goes out. A draft, or one that waits, is `ledger.put_broadcast`.
"""

from uuid import UUID

from sqlalchemy import select, update

from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.tables import messages
from tests.console.conftest import Staff
from tests.console.html import Page
from tests.console.ledger import approve, put_broadcast
from tests.service import Service


def running(service: Service, staff: Staff) -> UUID:
    broadcast_id = put_broadcast(service, submitted=True)
    approve(staff("approver"), broadcast_id)
    return broadcast_id


def expand(service: Service, broadcast_id: UUID) -> None:
    expand_broadcast(service.database, broadcast_id, default_locale="lo", now=service.clock())


def settle(service: Service, states: list[str]) -> None:
    with service.database.writing() as connection:
        ids = list(connection.execute(select(messages.c.id).order_by(messages.c.id)).scalars())
        for message_id, state in zip(ids, states, strict=False):
            connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(state=state, sent_at=service.clock())
            )


def actions(page: Page) -> set[str]:
    """The last word of where the forms and links of the page lead."""
    forms = {form.get("action", "") for form in page.all(".//main//form")}
    return {one.rpartition("/")[2] for one in (*forms, *page.links())}
