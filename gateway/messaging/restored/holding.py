"""After a restore nothing but answers goes out, until a person has released it kind by kind.

What is due up to the moment the restore was noticed may have gone out before, also where it is
planned only afterwards: reminders that the service of before had planned since the dump are
planned again, under the same keys. So what decides is when a message was due.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    or_,
    select,
    true,
    update,
)  # fmt: skip
from uuid_utils.compat import uuid7

from gateway.core.consent import MessageCategory
from gateway.core.restores import HELD_KINDS, NOT_BY_ITSELF, Choice, HeldReason, Sign
from gateway.messaging.ledger import state_is
from gateway.messaging.restored.signs import Remembered, as_detail, beat, read_mark, sign_of
from gateway.messaging.tables import alerts, messages, restores

ALERT = "restored"
# Messages that read the same are due in the same second, at a fraction of it: see
# `ledger.together`.
_A_SECOND = timedelta(seconds=1)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restore:
    """What is not known: what was done from `dump_at` to `last_at` (None: to `noticed_at`)."""

    id: UUID
    sign: Sign
    dump_at: datetime
    last_at: datetime | None
    noticed_at: datetime
    choices: Mapping[MessageCategory, Choice]

    @property
    def held(self) -> tuple[MessageCategory, ...]:
        """The kinds that nobody has released yet."""
        return tuple(kind for kind in HELD_KINDS if kind not in self.choices)

    @property
    def doubtful_until(self) -> datetime:
        """What was due by then may have gone out."""
        return self.noticed_at + _A_SECOND


def newest_restore(connection: Connection) -> Restore | None:
    """The last one, released or not."""
    newest = select(restores).order_by(restores.c.noticed_at.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return _restore(row) if row else None


def stands(connection: Connection, kind: MessageCategory) -> bool:
    """Whether nothing of `kind` may go out, since a restore that nobody has released."""
    restore = newest_restore(connection)
    return restore is not None and kind in restore.held


def claimable_after(restore: Restore | None) -> ColumnElement[bool]:
    """What may be claimed. An answer that is in the queue was asked for after the restore."""
    if restore is None:
        return true()
    released = and_(
        messages.c.category.in_(sorted(restore.choices)),
        messages.c.not_before_at > restore.doubtful_until,
    )
    return or_(messages.c.category == "reply", released)


def notice(
    connection: Connection, *, now: datetime, known: Remembered | None = None
) -> Restore | None:
    """Looks whether the database was restored since it was last looked at, and holds if so; the
    newest restore there was. `known` is what Redis remembers, read before this transaction saw
    the database.
    """
    mark = read_mark(connection)
    if mark is not None and sign_of(mark, known, now) is not None:
        mark = read_mark(connection, lock=True) or mark
        sign = sign_of(mark, known, now)  # another may have seen to it meanwhile
        if sign is not None:
            last_at = known.at if known is not None and known.number > mark.number else None
            hold(connection, sign, dump_at=mark.at, last_at=last_at, now=now)
            beat(connection, now, above=known.number if known is not None else 0)
    return newest_restore(connection)


def hold(
    connection: Connection, sign: Sign, *, dump_at: datetime, last_at: datetime | None,
    now: datetime,
) -> Restore:  # fmt: skip
    """The database is a restored one: holds what may have gone out, and tells people."""
    restore = Restore(uuid7(), sign, dump_at, last_at, now, {})
    connection.execute(insert(restores).values({**asdict(restore), "sign": sign.value}))
    logger.warning("the database was restored (%s): nothing but answers goes out", sign.value)
    detail = as_detail({"since": dump_at, "until": last_at or now})
    connection.execute(update(alerts).where(_open_alert()).values(resolved_at=now))
    connection.execute(insert(alerts).values(id=uuid7(), kind=ALERT, detail=detail, opened_at=now))
    under_way = state_is("claimed", "sending", "unknown")
    answers = (messages.c.category == "reply") & (messages.c.created_at <= dump_at)
    _set_aside(connection, or_(under_way, state_is("queued") & answers), now)
    hold_due(connection, restore, now)
    return restore


def hold_due(connection: Connection, restore: Restore, now: datetime) -> int:
    """Sets aside what is in the queue and may have gone out, planned by now; how many."""
    due = and_(
        state_is("queued"),
        messages.c.category != "reply",
        messages.c.not_before_at <= restore.doubtful_until,
    )
    return _set_aside(connection, due, now)


def held_of(kind: MessageCategory) -> ColumnElement[bool]:
    """What is set aside of a kind."""
    return and_(
        state_is("unknown"),
        messages.c.reason == HeldReason.RESTORED.value,
        messages.c.category == kind,
    )


def never_held() -> ColumnElement[bool]:
    """Unknown for another reason than a restore: receipts and waits may settle it."""
    return func.coalesce(messages.c.reason, "").not_in(NOT_BY_ITSELF)


def not_set_aside() -> ColumnElement[bool]:
    """Not waiting for a release."""
    return func.coalesce(messages.c.reason, "") != HeldReason.RESTORED.value


def resolve_alert(connection: Connection, now: datetime) -> None:
    connection.execute(update(alerts).where(_open_alert()).values(resolved_at=now))


def _open_alert() -> ColumnElement[bool]:
    return (alerts.c.kind == ALERT) & alerts.c.resolved_at.is_(None)


def _set_aside(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    return connection.execute(
        update(messages)
        .where(which)
        .values(
            state="unknown", reason=HeldReason.RESTORED.value, claim_id=None, lease_until_at=None,
            updated_at=now,
        )
    ).rowcount  # fmt: skip


def _restore(row: Row[*tuple[object, ...]]) -> Restore:
    found = row._asdict()
    choices = {
        cast("MessageCategory", kind): Choice(choice) for kind, choice in row.choices.items()
    }
    return Restore(**found | {"sign": Sign(row.sign), "choices": choices})
