"""Whose a broadcast is that a key wrote: the key's, and of everybody who has had it in hand.

A key is no person, and whoever made or renewed it has seen its secret: what it writes they may have
written. So none of them approves it, nor an account that is in their hands.
"""

from sqlalchemy import Connection, select

from gateway.api.keys import ApiKey
from gateway.registry.api_tables import api_keys
from gateway.staff.authors import Author
from gateway.staff.tables import audit_log

SHOWED = ("api_key.add", "api_key.rotate")  # what puts a secret before somebody's eyes


def authors_of(connection: Connection, key: ApiKey) -> list[Author]:
    """The key first; whoever made it by a command has a name and no id."""
    made = select(api_keys.c.created_by, api_keys.c.created_by_id).where(api_keys.c.id == key.id)
    shown = select(audit_log.c.who, audit_log.c.staff_id).where(
        audit_log.c.kind == "api_key",
        audit_log.c.object_id == str(key.id),
        audit_log.c.action.in_(SHOWED),
    )
    holders = {tuple(row) for one in (made, shown) for row in connection.execute(one)}
    return [Author(key.actor.name), *(Author(*one) for one in sorted(holders, key=str))]
