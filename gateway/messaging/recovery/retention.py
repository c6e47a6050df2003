"""What is older than the retention period goes: who called, what was sent, what was answered.

Registry and audit log stay; so does every message that may still move. Small steps, each a
transaction of its own: a purge may be killed anywhere and run again.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select, tuple_

from gateway.core.message_states import FINAL
from gateway.messaging.tables import (
    messages,
    mo_messages,
    receipts,
    replies_given,
    replies_held,
)
from gateway.registry.database import Database
from gateway.registry.tables import cases, events, pin_attempts, ussd_sessions

IN_ONE_STEP = 5_000


def purge(
    database: Database, *, now: datetime, days: int, step: int = IN_ONE_STEP
) -> dict[str, int]:
    """How many rows went, by table; `days` 0 keeps everything. `step` rows a transaction."""
    if not days:
        return {}
    before = now - timedelta(days=days)
    return {table.name: _purge(database, table, old, step) for table, old in _old(before)}


def newest_message_at(connection: Connection) -> datetime | None:
    """By its id, which is made of its moment."""
    newest = select(messages.c.created_at).order_by(messages.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def _old(before: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    final = messages.c.state.in_(sorted(FINAL))
    return [
        (receipts, receipts.c.received_at < before),
        (mo_messages, mo_messages.c.received_at < before),
        (messages, and_(messages.c.created_at < before, final)),
        (events, events.c.at < before),
        (replies_given, replies_given.c.at < before),
        (replies_held, replies_held.c.last_at < before),
        (pin_attempts, pin_attempts.c.at < before),
        (cases, cases.c.closed_at < before),
        (ussd_sessions, ussd_sessions.c.ended_at < before),
    ]


def _purge(database: Database, table: Table, old: ColumnElement[bool], step: int) -> int:
    gone = 0
    keys = list(table.primary_key.columns)
    while True:
        with database.writing() as connection:
            some = connection.execute(select(*keys).where(old).limit(step)).all()
            if some:
                connection.execute(delete(table).where(tuple_(*keys).in_(map(tuple, some))))
        gone += len(some)
        if len(some) < step:
            return gone
