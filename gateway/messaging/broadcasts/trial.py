"""A broadcast's text sent to the phone of whoever works on it, before anybody else reads it.

It goes the way of every SMS, at once, and belongs to no broadcast: no count of it knows it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select, update
from uuid_utils.compat import uuid7

from gateway.core.msisdn import Msisdn
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.ledger import Draft, queue_messages
from gateway.registry.tables import beneficiaries
from gateway.staff.tables import audit_log, staff_users

MOST_TRIALS = 10  # by one of the staff within an hour
TRIED = "broadcast.try"  # as the audit log names it
_AN_HOUR = timedelta(hours=1)


def own_number(connection: Connection, staff_id: UUID) -> str | None:
    """The number that is kept with the account."""
    found = select(staff_users.c.msisdn).where(staff_users.c.id == staff_id)
    number: str | None = connection.execute(found).scalar_one()
    return number


def send_trial(
    connection: Connection,
    row: Row[Any],
    locale: str,
    *,
    to: Msisdn,
    staff_id: UUID,
    now: datetime,
) -> None:
    """Queues the text of `row` (of `broadcasts`) in `locale`, and keeps `to` with the account.

    The caller writes TRIED into the audit log in the same transaction: by those lines it is
    counted. Raises BroadcastError for a language without a text, for the phone of somebody in the
    registry, who would read what nobody has approved, and beyond MOST_TRIALS.
    """
    if locale not in row.texts:
        raise BroadcastError("no_such_text", locale=locale)
    if _is_registered(connection, to):
        raise BroadcastError("not_own")
    # The account's row is locked by this: two at once are counted one after the other.
    connection.execute(
        update(staff_users).where(staff_users.c.id == staff_id).values(msisdn=to.e164)
    )
    tried = (
        select(func.count())
        .select_from(audit_log)
        .where(
            audit_log.c.action == TRIED,
            audit_log.c.at > now - _AN_HOUR,
            audit_log.c.staff_id == staff_id,
        )
    )
    if connection.execute(tried).scalar_one() >= MOST_TRIALS:
        raise BroadcastError("too_many_trials", most=MOST_TRIALS)
    draft = Draft(
        dedupe_key=f"trial:{uuid7().hex}",
        category="reply",
        template="broadcast_trial",
        msisdn=to.e164,
        locale=locale,
        params={"text": row.texts[locale]},
        not_before_at=now,
        expires_at=now + _AN_HOUR,
    )
    queue_messages(connection, [draft], now=now)


def _is_registered(connection: Connection, number: Msisdn) -> bool:
    """Whether it is the number of a beneficiary or of one's helper."""
    hers = or_(beneficiaries.c.msisdn == number.e164, beneficiaries.c.helper_msisdn == number.e164)
    found = select(beneficiaries.c.id).where(hers).limit(1)
    return connection.execute(found).first() is not None
