"""What became of an SMS is learnt with the very statement that moves it.

Of five million SMS most are answers and broadcasts, which the console counts and no other system
waits for. So told of are reminders, of money and of health, and what a system has asked for itself.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update

from gateway.core.learnt import OUTCOMES
from gateway.messaging.tables import messages
from gateway.registry.learning import change, learn_rows

ASKED_FOR = "api:"  # so begin the keys of what another system has asked for
_REMINDERS = frozenset({"payment", "health"})
_AT_ONCE = 1000
_READ = (
    messages.c.id,
    messages.c.state,
    messages.c.category,
    messages.c.dedupe_key,
    messages.c.beneficiary_id,
    messages.c.msisdn,
)


def move_and_learn(connection: Connection, moving: Update, *, now: datetime) -> int:
    """Executes an UPDATE of `messages`, and learns the ends it brought; how many rows it moved."""
    count = 0
    for rows in connection.execute(moving.returning(*_READ)).partitions(_AT_ONCE):
        count += len(rows)
        learn_rows(connection, [_change(row, now) for row in rows if _is_told(row)])
    return count


def _is_told(row: Row[Any]) -> bool:
    wanted = row.category in _REMINDERS or row.dedupe_key.startswith(ASKED_FOR)
    return wanted and row.state in OUTCOMES


def _change(row: Row[Any], now: datetime) -> dict[str, Any]:
    data = {"message_id": str(row.id), "category": row.category}
    return change(
        OUTCOMES[row.state], at=now, beneficiary_id=row.beneficiary_id, msisdn=row.msisdn, data=data
    )
