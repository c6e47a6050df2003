"""How long the oldest SMS has waited that could go out now, for each provider.

Some rows at the head of an index are looked at, however many wait behind them: where several
providers share the ledger, one that is far behind may hide what waits for another.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from gateway.core.quiet_hours import SendingHours, allowed_since
from gateway.messaging.ledger import PRIORITIES, state_is
from gateway.messaging.restored.holding import claimable_after, newest_restore
from gateway.messaging.sending.ledger_share import share_of
from gateway.messaging.tables import messages
from gateway.providers.routing import Routing

LOOKED_AT = 1000
REPLY = PRIORITIES["reply"]
# A reply is awaited by somebody who holds her phone. A wave to the country takes hours.
OLD_REPLY_SECONDS, OLD_SECONDS = 300.0, 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Seconds; 0.0 where nothing waits."""

    reply: float
    other: float

    @property
    def old(self) -> bool:
        return self.reply > OLD_REPLY_SECONDS or self.other > OLD_SECONDS


def read_waiting(
    connection: Connection, routing: Routing, hours: SendingHours, now: datetime
) -> dict[str, Waiting]:
    """By provider. What may not go out (quiet hours, after a restore) keeps nobody waiting; what
    waited for the morning has waited since then.
    """
    since = allowed_since(now, hours)
    released = claimable_after(newest_restore(connection))
    others = sorted(set(PRIORITIES.values()) - {REPLY}) if since is not None else []
    told = {}
    for name in routing.providers:
        its = and_(share_of(name, routing).claimable(), released)
        waits = [_oldest(connection, priority, its, now, since) for priority in others]
        told[name] = Waiting(_oldest(connection, REPLY, its, now, None), max(waits, default=0.0))
    return told


def _oldest(
    connection: Connection,
    priority: int,
    of: ColumnElement[bool],
    now: datetime,
    since: datetime | None,
) -> float:
    head = (
        select(messages.c.id)
        .where(state_is("queued"), messages.c.priority == priority, messages.c.not_before_at <= now)
        .order_by(messages.c.not_before_at)
        .limit(LOOKED_AT)
    )
    oldest = select(func.min(messages.c.not_before_at)).where(messages.c.id.in_(head), of)
    due_at: datetime | None = connection.execute(oldest).scalar_one()
    if due_at is None:
        return 0.0
    return (now - (due_at if since is None else max(due_at, since))).total_seconds()
