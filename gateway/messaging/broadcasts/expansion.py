"""A broadcast becomes one message for each handset; interrupted anywhere, it goes on from there."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from gateway.messaging.audience import AnyRow, members
from gateway.messaging.broadcasts.approval import hold_back_grown
from gateway.messaging.broadcasts.lifecycle import alike
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.database import Database

TEMPLATE = "broadcast"


def expand_broadcast(
    database: Database,
    broadcast_id: UUID,
    *,
    default_locale: str,
    now: datetime,
    goes_on: Callable[[], bool] = lambda: True,
) -> None:
    """Queues a message for each handset of the audience, a thousand beneficiaries a transaction.

    Run twice, at once or again, it adds nothing: `broadcast:<id>:<msisdn>` is in once. It stops
    where the broadcast is no longer running, and leaves it to be expanded on. It does not begin
    where the audience has outgrown what was approved. `goes_on` is asked between two pages.
    """
    more = not hold_back_grown(database, broadcast_id, default_locale=default_locale, now=now)
    while more and goes_on():
        with database.writing() as connection:
            more = _expand_page(connection, broadcast_id, default_locale, now)


def _expand_page(
    connection: Connection, broadcast_id: UUID, default_locale: str, now: datetime
) -> bool:
    """One page; True where another follows. The row is locked: two expansions take turns."""
    broadcast = connection.execute(
        select(broadcasts).where(broadcasts.c.id == broadcast_id).with_for_update()
    ).one()
    if broadcast.state != "running" or broadcast.recipients is not None:
        return False
    page = members(connection, broadcast.audience, after=broadcast.expanded_to)
    reached = [person for person in page if person.msisdn is not None]
    # Of those who share a handset, one who has agreed to be written to stands for all.
    reached.sort(key=lambda person: not (person.consent_payment or person.consent_health))
    drafts = [_draft(broadcast, person, default_locale) for person in reached]
    queue_messages(connection, drafts, now=now)
    done = {"expanded_to": page[-1].id} if page else {"recipients": _count(connection, broadcast)}
    connection.execute(
        update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**done, updated_at=now)
    )
    return bool(page)


def _draft(broadcast: AnyRow, person: AnyRow, default_locale: str) -> Draft:
    return Draft(
        dedupe_key=f"broadcast:{broadcast.id}:{person.msisdn}",
        category="broadcast",
        template=TEMPLATE,
        msisdn=person.msisdn,
        locale=person.locale or default_locale,
        beneficiary_id=person.id,
        broadcast_id=broadcast.id,
        not_before_at=broadcast.start_at,
        expires_at=broadcast.expires_at,
        alike=alike(broadcast.id, person.locale or default_locale),
    )


def _count(connection: Connection, broadcast: AnyRow) -> int:
    mine = messages.c.broadcast_id == broadcast.id
    return connection.execute(select(func.count()).select_from(messages).where(mine)).scalar_one()
