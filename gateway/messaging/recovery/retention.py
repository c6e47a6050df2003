"""What is older than the retention period goes: who called, what was sent, what was answered.

Registry and audit log stay; so does every message that may still move. Small steps, each a
transaction of its own: a purge may be killed anywhere and run again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, select

from gateway.core.message_states import FINAL
from gateway.messaging.tables import (
    api_test_messages,
    messages,
    mo_messages,
    receipts,
    replies_given,
    replies_held,
)
from gateway.registry.api_tables import ANSWERS_KEPT, api_answers
from gateway.registry.database import Database
from gateway.registry.dci_tables import dci_messages
from gateway.registry.learning import changes
from gateway.registry.moments import first_id
from gateway.registry.tables import cases, events, pin_attempts, ussd_sessions

IN_ONE_STEP = 5_000
_WRONG_CLOCKS = timedelta(days=1)  # of those who make ids


@dataclass(frozen=True, slots=True)
class _Old:
    """What is `old` of a table, and the column of it by whose index that is walked."""

    table: Table
    by: Column[Any]
    old: ColumnElement[bool]


def purge(
    database: Database, *, now: datetime, days: int, step: int = IN_ONE_STEP
) -> dict[str, int]:
    """How many rows went, by table; `days` 0 keeps everything but answers of
    the API."""
    gone = Counter[str]()
    for name, count in purge_steps(database, now=now, days=days, step=step):
        gone[name] += count
    return dict(gone)


def purge_steps(
    database: Database, *, now: datetime, days: int, step: int = IN_ONE_STEP
) -> Iterator[tuple[str, int]]:
    """The same, about `step` rows at a time, each committed: yields a table's name and how many."""
    kept = api_answers.c.at > now - ANSWERS_KEPT
    yield from _counted(database, [_Old(api_answers, api_answers.c.at, ~kept)], step)
    if days:
        yield from _counted(database, _old(now - timedelta(days=days)), step)


def _counted(database: Database, old: Iterable[_Old], step: int) -> Iterator[tuple[str, int]]:
    for which in old:
        for count in _purge(database, which, step):
            yield which.table.name, count


def newest_message_at(connection: Connection) -> datetime | None:
    """By its id, which is made of its moment."""
    newest = select(messages.c.created_at).order_by(messages.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def _old(before: datetime) -> list[_Old]:
    made_before = first_id(before + _WRONG_CLOCKS)

    def by_id(table: Table, old: ColumnElement[bool]) -> _Old:
        return _Old(table, table.c.id, and_(table.c.id < made_before, old))

    final = messages.c.state.in_(sorted(FINAL))
    return [
        by_id(receipts, receipts.c.received_at < before),
        by_id(mo_messages, mo_messages.c.received_at < before),
        by_id(messages, and_(messages.c.created_at < before, final)),
        by_id(api_test_messages, api_test_messages.c.created_at < before),
        by_id(events, events.c.at < before),
        by_id(
            dci_messages, and_(dci_messages.c.received_at < before, dci_messages.c.due_at.is_(None))
        ),
        by_id(changes, changes.c.at < before),
        _Old(replies_given, replies_given.c.at, replies_given.c.at < before),
        _Old(replies_held, replies_held.c.last_at, replies_held.c.last_at < before),
        by_id(pin_attempts, pin_attempts.c.at < before),
        _Old(cases, cases.c.number, cases.c.closed_at < before),
        _Old(ussd_sessions, ussd_sessions.c.ended_at, ussd_sessions.c.ended_at < before),
    ]


def _purge(database: Database, which: _Old, step: int) -> Iterator[int]:
    """From the oldest on; what went, and what must stay, is not walked over again."""
    here = which.old
    while True:
        walk = select(which.by).where(here).order_by(which.by)
        with database.writing() as connection:
            last = connection.execute(walk.limit(1).offset(step - 1)).scalar_one_or_none()
            up_to = here if last is None else and_(here, which.by <= last)
            gone = connection.execute(delete(which.table).where(up_to)).rowcount
        yield gone
        if last is None:
            return
        here = and_(which.old, which.by >= last)
