"""Wrong passwords: bounded for whoever guesses, without locking the person out.

Tries are counted for each account and origin. A device that somebody has signed in on, and a line
(an IPv4 address, the /64 of an IPv6 one) that they have signed in from, have a count of their own:
what others get wrong elsewhere does not reach it. Everybody else is a stranger, and strangers
together have a few tries an hour about one account, from however many lines.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select
from uuid_utils.compat import uuid7

from gateway.staff.tables import sign_in_tries, staff_sessions, staff_users

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
STRANGERS_FAILURES = 20
STRANGERS_LOCKED_FOR = timedelta(hours=1)
LINE_KNOWN_FOR = timedelta(days=90)

Tried = Literal["password", "factor", "reset"]
_PREFIX: dict[Tried, str] = {"password": "", "factor": "factor ", "reset": "reset "}
_STRANGER = "stranger "


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from. `device` is one that those in `known_to` have signed in on."""

    subscriber: str
    device: str = ""
    known_to: frozenset[UUID] = frozenset()


NOWHERE = Origin("unknown")


def count_try(
    connection: Connection,
    staff_id: UUID,
    origin: Origin,
    now: datetime,
    *,
    what: Tried = "password",
) -> bool:
    """Counts one try; what is tried has a count of its own: a right password gives no more tries
    of the second factor. False, and not counted, where there were too many. Wants a writer."""
    _one_at_a_time(connection, staff_id)
    source = _PREFIX[what] + _source(connection, staff_id, origin, now)
    tries = sign_in_tries.c
    mine = tries.staff_id == staff_id
    connection.execute(delete(sign_in_tries).where(mine, tries.at <= now - STRANGERS_LOCKED_FOR))
    from_here = select(func.count()).where(
        mine, tries.source == source, tries.at > now - LOCKED_FOR
    )
    if connection.execute(from_here).scalar_one() >= MOST_FAILURES:
        return False
    stranger = _PREFIX[what] + _STRANGER
    if source.startswith(stranger):
        strangers = select(func.count()).where(mine, tries.source.startswith(stranger))
        if connection.execute(strangers).scalar_one() >= STRANGERS_FAILURES:
            return False
    row = {"id": uuid7(), "staff_id": staff_id, "source": source, "at": now}
    connection.execute(insert(sign_in_tries).values(row))
    return True


def forget_tries(
    connection: Connection,
    staff_id: UUID,
    origin: Origin | None = None,
    *,
    what: Tried = "password",
) -> int:
    """Takes away what was counted from `origin`, or from everywhere (None); how many."""
    mine = [sign_in_tries.c.staff_id == staff_id]
    if origin is not None:
        # What was a stranger's may have become a known line meanwhile.
        sources = (_device(origin), _line(origin), _STRANGER + origin.subscriber)
        mine.append(sign_in_tries.c.source.in_([_PREFIX[what] + one for one in sources]))
    return connection.execute(delete(sign_in_tries).where(*mine)).rowcount


def count_tries(connection: Connection, staff_id: UUID, now: datetime) -> int:
    """Wrong passwords of the last hour, from everywhere."""
    counted = select(func.count()).where(
        sign_in_tries.c.staff_id == staff_id, sign_in_tries.c.at > now - STRANGERS_LOCKED_FOR
    )
    return connection.execute(counted).scalar_one()


def _one_at_a_time(connection: Connection, staff_id: UUID) -> None:
    """Guesses sent side by side must not all be the first. SQLite has one writer anyway."""
    account = select(staff_users.c.id).where(staff_users.c.id == staff_id)
    connection.execute(account.with_for_update())


def _source(connection: Connection, staff_id: UUID, origin: Origin, now: datetime) -> str:
    if staff_id in origin.known_to:
        return _device(origin)
    known = select(staff_sessions.c.id).where(
        staff_sessions.c.staff_id == staff_id,
        staff_sessions.c.subscriber == origin.subscriber,
        staff_sessions.c.started_at > now - LINE_KNOWN_FOR,
    )
    if connection.execute(known.limit(1)).first() is not None:
        return _line(origin)
    return _STRANGER + origin.subscriber


def _device(origin: Origin) -> str:
    return f"device {origin.device}"


def _line(origin: Origin) -> str:
    return f"line {origin.subscriber}"
