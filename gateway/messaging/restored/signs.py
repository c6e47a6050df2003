"""How a database knows that it was restored, whoever did it and however.

The scheduler keeps one row, a beat: a number that only rises, with the number of the transaction
that wrote it. PostgreSQL keeps the same beside each row (`xmin`), and writes another one there
when the row is loaded from a dump. A copy of the files shows neither; but Redis remembers the last
beat, and a database whose own is older has gone back. Where Redis has forgotten, a new timeline of
PostgreSQL's log tells, unless the last beat is so near that a standby has taken over.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from redis import Redis, RedisError
from sqlalchemy import BigInteger, Connection, func, literal_column, select, update
from uuid_utils.compat import uuid7

from gateway.core.restores import Sign
from gateway.messaging.tables import heartbeats
from gateway.registry.bulk import insert_new

# A standby takes over within it; a restore to a moment takes longer.
TAKEN_OVER_WITHIN = timedelta(minutes=10)
# What an asynchronous standby may lack when it takes over: some beats, and a handful of SMS. That
# does not stop everything.
LAGGED = timedelta(seconds=15)
_ONLY = 1
_KEY = "gateway:beat:{}"
_WRITTEN_BY = literal_column("heartbeats.xmin::text::bigint", BigInteger)
_XIDS = 2**32
_TIMELINE = literal_column(
    "('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint", BigInteger
)


class Remembered(msgspec.Struct, frozen=True):
    """The last beat, as something outside of the database remembers it."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """The beat as it stands in the database; `copied`: not as the service has written it."""

    installation: UUID
    number: int
    at: datetime
    copied: bool
    new_timeline: bool


def read_mark(connection: Connection, *, lock: bool = False) -> Mark | None:
    """None before the first beat. `lock`: nobody else beats until the transaction ends."""
    wanted = select(heartbeats).where(heartbeats.c.id == _ONLY)
    if connection.dialect.name == "sqlite":
        row = connection.execute(wanted).one_or_none()
        return _mark(row, copied=False, new_timeline=False) if row else None
    if lock:
        connection.execute(wanted.with_for_update())
    wanted = wanted.add_columns(_WRITTEN_BY.label("xmin"), _TIMELINE.label("timeline_now"))
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    return _mark(
        row,
        copied=(row.written_by or 0) % _XIDS != row.xmin,
        new_timeline=row.timeline_now > (row.timeline or 0),
    )


def sign_of(mark: Mark, remembered: Remembered | None, now: datetime) -> Sign | None:
    """What tells that the database is a restored one; None where nothing does. Pure."""
    if mark.copied:
        return Sign.COPIED
    if remembered is not None:
        lagged = mark.new_timeline and remembered.at - mark.at <= LAGGED
        return Sign.WENT_BACK if remembered.number > mark.number and not lagged else None
    late = now - mark.at > TAKEN_OVER_WITHIN
    return Sign.PROMOTED if mark.new_timeline and late else None


def beat(connection: Connection, now: datetime, *, above: int = 0) -> Mark | None:
    """The next number, after `above` as well."""
    first = {"id": _ONLY, "installation": uuid7(), "number": 0, "at": now}
    insert_new(connection, heartbeats, [first])
    mine = select(heartbeats.c.number).where(heartbeats.c.id == _ONLY)
    number = connection.execute(mine.with_for_update()).scalar_one()
    values: dict[str, Any] = {"number": max(number, above) + 1, "at": now}
    if connection.dialect.name == "postgresql":
        values |= {"written_by": func.txid_current(), "timeline": _TIMELINE}
    connection.execute(update(heartbeats).where(heartbeats.c.id == _ONLY).values(values))
    return read_mark(connection)


def remember(client: "Redis", mark: Mark) -> None:
    """After the beat was committed: what Redis remembers is never ahead of a database at work."""
    told = msgspec.json.encode(Remembered(mark.number, mark.at))
    with suppress(RedisError):  # then with the next beat
        client.set(_KEY.format(mark.installation), told)


def remembered(client: "Redis", installation: UUID) -> Remembered | None:
    """None where Redis is away, or has forgotten."""
    try:
        told: Any = client.get(_KEY.format(installation))
        return msgspec.json.decode(told, type=Remembered) if told else None
    except (RedisError, msgspec.DecodeError):
        return None


def _mark(row: Any, *, copied: bool, new_timeline: bool) -> Mark:
    return Mark(row.installation, row.number, row.at, copied, new_timeline)


def as_detail(found: Mapping[str, datetime | None]) -> dict[str, str]:
    """Moments as an alert keeps them."""
    return {name: moment.isoformat() for name, moment in found.items() if moment is not None}
