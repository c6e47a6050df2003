"""Who made an account what it is: whoever can make one up must not be two pairs of eyes alone."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.staff.tables import audit_log

# What puts an account, its rights or its password into the hands of whoever did it.
_SETTING = (
    "staff.add", "staff.change", "staff.new_password", "staff.activate", "staff.reset_asked",
    "staff.reset_confirmed",
)  # fmt: skip


def authored_recently(
    connection: Connection, account_id: UUID, author_ids: Collection[UUID], since: datetime
) -> bool:
    """Whether one of `author_ids` added this account, gave it back, or set its role, place,
    e-mail or password at `since` (aware) or later.

    Read from the audit log, where each of these stands in the transaction that did it. What
    `flask staff` or the demo made has no author; saving a form that changes nothing sets nothing.
    """
    return bool(author_ids) and not _set_by(connection, {account_id}, since).isdisjoint(author_ids)


def makers_of(connection: Connection, account_id: UUID, since: datetime) -> set[UUID]:
    """Everybody who did so, and who did so to one of those: an account may be made up by another
    that was made up for it.
    """
    found: set[UUID] = set()
    asked = {account_id}
    while asked:
        asked = _set_by(connection, asked, since) - found - {account_id}
        found |= asked
    return found


def _set_by(connection: Connection, account_ids: Collection[UUID], since: datetime) -> set[UUID]:
    lines = connection.execute(
        select(audit_log.c.staff_id, audit_log.c.action, audit_log.c.changes).where(
            audit_log.c.kind == "staff",
            audit_log.c.object_id.in_([str(one) for one in account_ids]),
            audit_log.c.at >= since,
            audit_log.c.action.in_(_SETTING),
            audit_log.c.staff_id.is_not(None),
        )
    )
    return {line.staff_id for line in lines if line.action != "staff.change" or line.changes}
