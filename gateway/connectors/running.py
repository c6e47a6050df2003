"""One connection at a time: who is due, a preview before the first pull, and what became of it.

The row of a connection is its lock: whoever runs it holds a lease, renewed with each page. A run
that was killed leaves its lease, and the next one begins when that is over.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection as Sql
from sqlalchemy import delete, or_, select, update

from gateway.connectors.driver import Ground
from gateway.connectors.file import Connection, ConnectionsError
from gateway.connectors.pulling import (
    LEASE,
    Counts,
    Puller,
    RowsError,
    new_run,
    note_faults,
    preview,
    pull,
)
from gateway.connectors.source import Fault, SourceError
from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.logs import where
from gateway.registry.bulk import insert_new
from gateway.staff.audit import Actor, record

AGAIN_AFTER = timedelta(minutes=5)  # a pull that failed, unless the other system says otherwise
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=90)  # what is remembered of runs
RunKind = Literal["preview", "pull"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run brought; `fault` None: it went through."""

    kind: RunKind
    counts: Counts | None
    fault: Fault | None = None
    about: str = ""


def know(sql: Sql, known: Iterable[Connection]) -> None:
    """A row for each connection of the file; those that are no more in it keep theirs."""
    rows = [{"name": one.name, "driver": one.driver.name} for one in known]
    insert_new(sql, connections, rows)


def due(sql: Sql, known: Sequence[Connection], now: datetime) -> list[Connection]:
    """Those to be run now: asked for, or their time has come."""
    know(sql, known)
    row = connections.c
    free = or_(row.lease_until_at.is_(None), row.lease_until_at <= now)
    wanted = or_(row.asked_at.is_not(None), row.due_at.is_(None), row.due_at <= now)
    # What nobody has approved waits with its preview; a preview that failed is made again.
    waits = row.approved_at.is_(None) & row.preview.is_not(None) & row.asked_at.is_(None)
    names = set(sql.execute(select(row.name).where(free, wanted, ~waits)).scalars())
    return [one for one in known if one.name in names]


def run(puller: Puller, connection: Connection, ground: Ground) -> Ran | None:
    """A preview where nobody has approved the connection yet, else a pull; None where somebody is
    at it."""
    begun = _begin(puller, connection)
    if begun is None:
        return None
    kind, run_id = begun
    try:
        source = connection.source(ground)
        if kind == "preview":
            told = preview(puller, source)
            with puller.database.writing() as sql:
                mine = connections.c.name == connection.name
                sql.execute(update(connections).where(mine).values(preview=told))
            ran = Ran(kind=kind, counts=None)
        else:
            ran = Ran(kind=kind, counts=pull(puller, connection.name, source, run_id))
        wait = timedelta(minutes=connection.settings.every_minutes)
    except (SourceError, ConnectionsError) as error:
        ran = _failed(puller, kind, run_id, error)
        wait = _wait(error)
    _end(puller, connection, ran, run_id, wait)
    return ran


def ask(sql: Sql, name: str, *, by: Actor, now: datetime) -> bool:
    """A run at once; False where there is no such connection."""
    asked = sql.execute(
        update(connections).where(connections.c.name == name).values(asked_at=now)
    ).rowcount
    if asked:
        record(sql, by, "connection.pull", now=now, kind="connection", object_id=name)
    return bool(asked)


def approve(sql: Sql, name: str, *, by: Actor, now: datetime) -> bool:
    """From now on it is applied; False where there is no preview to approve, or it is approved."""
    row = connections.c
    waiting = (row.name == name, row.approved_at.is_(None), row.preview.is_not(None))
    approved = sql.execute(
        update(connections)
        .where(*waiting)
        .values(approved_at=now, approved_by=by.name, asked_at=now)
    ).rowcount
    if approved:
        record(sql, by, "connection.approve", now=now, kind="connection", object_id=name)
    return bool(approved)


def is_stale(connection: Connection, last_ok_at: datetime | None, now: datetime) -> bool:
    """Whether what was pulled is older than the connection's file says it may be."""
    hours = timedelta(hours=connection.settings.stale_hours)
    return last_ok_at is None or now - last_ok_at > hours


def _begin(puller: Puller, connection: Connection) -> tuple[RunKind, UUID] | None:
    now, row = puller.clock(), connections.c
    with puller.database.writing() as sql:
        know(sql, [connection])
        held = sql.execute(
            update(connections)
            .where(
                row.name == connection.name,
                or_(row.lease_until_at.is_(None), row.lease_until_at <= now),
            )
            .values(lease_until_at=now + LEASE, asked_at=None, driver=connection.driver.name)
            .returning(row.approved_at)
        ).one_or_none()
        if held is None:
            return None
        _forget_old(sql, now)
        kind: RunKind = "pull" if held.approved_at else "preview"
        return kind, new_run(sql, connection.name, kind, now)


def _forget_old(sql: Sql, now: datetime) -> None:
    old = select(connection_runs.c.id).where(connection_runs.c.begun_at < now - KEPT)
    sql.execute(delete(connection_faults).where(connection_faults.c.run_id.in_(old)))
    sql.execute(delete(connection_runs).where(connection_runs.c.begun_at < now - KEPT))


def _failed(
    puller: Puller, kind: RunKind, run_id: UUID, error: SourceError | ConnectionsError
) -> Ran:
    logger.warning("connection: %s", where(error))
    if isinstance(error, RowsError):
        with puller.database.writing() as sql:
            note_faults(sql, run_id, error)
    if isinstance(error, ConnectionsError):
        return Ran(kind=kind, counts=None, fault=Fault.UNKNOWN_SHAPE, about=str(error)[:200])
    return Ran(kind=kind, counts=None, fault=error.fault, about=error.about[:200])


def _wait(error: SourceError | ConnectionsError) -> timedelta:
    seconds = getattr(error, "retry_after", None)
    return min(timedelta(seconds=seconds), LONGEST_WAIT) if seconds else AGAIN_AFTER


def _end(puller: Puller, connection: Connection, ran: Ran, run_id: UUID, wait: timedelta) -> None:
    now = puller.clock()
    fault = ran.fault.value if ran.fault else None
    values = {"fault": fault, "fault_about": ran.about or None}
    after = values | {"lease_until_at": None, "due_at": now + wait}
    if ran.fault is None and ran.kind == "pull":
        after |= {"last_ok_at": now}
    with puller.database.writing() as sql:
        mine = connection_runs.c.id == run_id
        sql.execute(update(connection_runs).where(mine).values(ended_at=now, **values))
        sql.execute(update(connections).where(connections.c.name == connection.name).values(after))
