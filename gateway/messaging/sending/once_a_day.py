"""The same handset gets the same text once a day; two workers that try at once agree on one."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, select, true
from sqlalchemy.dialects import postgresql, sqlite

from gateway.messaging.sending.rendering import Ready
from gateway.messaging.tables import handset_days
from gateway.registry.bulk import values_table

KEPT = timedelta(days=2)
_KEY = ("msisdn", "day", "body_hash")


def first_today(connection: Connection, ready: Sequence[Ready], day: date) -> set[UUID]:
    """Which of `ready` are the first with their text on their handset that local `day`.

    A second attempt of the message that was first is first again.
    """
    rows = [
        {
            "msisdn": one.msisdn,
            "day": day,
            "body_hash": _hash(one.body + one.occasion),
            "message_id": one.message_id,
        }
        # In one order everywhere, so that two workers never wait for each other.
        for one in sorted(ready, key=lambda one: (one.msisdn, one.body, one.occasion))
    ]
    distinct = list({tuple(row[name] for name in _KEY): row for row in reversed(rows)}.values())
    if not distinct:
        return set()
    names = (*_KEY, "message_id")
    source = values_table(connection, distinct[::-1], [handset_days.c[name] for name in names])
    picked = select(*(source.c[name] for name in names)).where(true())
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(handset_days).from_select(names, picked, include_defaults=False)
    mine = insert.on_conflict_do_update(
        index_elements=_KEY,
        set_={"message_id": insert.excluded.message_id},
        where=handset_days.c.message_id == insert.excluded.message_id,
    ).returning(handset_days.c.message_id)
    return set(connection.execute(mine).scalars())


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def forget_days(connection: Connection, today: date) -> int:
    """Deletes what no later message is compared with; how many rows."""
    return connection.execute(
        delete(handset_days).where(handset_days.c.day < today - KEPT)
    ).rowcount
