"""Which workers and schedulers are alive, as their rows say; judged without I/O."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, select

from gateway.messaging.tables import processes

Kind = Literal["worker", "scheduler", "webhooks"]
KINDS: tuple[Kind, ...] = ("worker", "scheduler", "webhooks")
SILENT_AFTER = timedelta(seconds=45)  # four beats, and what a busy machine needs
KEPT = timedelta(days=1)  # the row of one that was killed
CLOCK_OFF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Process:
    """`overdue`: the job that it has should have been over."""

    id: UUID
    kind: str
    silent: bool
    overdue: bool
    clock_ahead_seconds: float

    @property
    def well(self) -> bool:
        return not (self.silent or self.overdue)


def read_processes(connection: Connection, now: datetime) -> list[Process]:
    """Those of the last day; `now` is the database's."""
    rows = connection.execute(select(processes).where(processes.c.beat_at > now - KEPT))
    return [
        Process(
            id=row.id,
            kind=row.kind,
            silent=row.beat_at < now - SILENT_AFTER,
            overdue=row.due_back_at is not None and row.due_back_at < now,
            clock_ahead_seconds=row.clock_ahead_seconds,
        )
        for row in rows
    ]


def workers_state(known: Iterable[Process], listening: Collection[str] | None) -> str:
    """ "ok", "down" or "hung". `listening`: what listens in Redis for commands, by name, None where
    Redis is away. One that was killed is missed there at once; one that hangs still listens, but
    says nothing any more. A name without a row is a worker of another release.
    """
    workers = [one for one in known if one.kind == "worker"]
    if listening is None:
        at_work = [one for one in workers if not one.silent]
        return _state(at_work, some=bool(at_work))
    return _state(_listening(workers, listening), some=bool(listening))


def scheduler_state(known: Iterable[Process]) -> str:
    """ "ok" or "down"."""
    alive = [one for one in known if one.kind == "scheduler" and not one.silent]
    return "ok" if alive else "down"


def hung(known: Iterable[Process], listening: Collection[str] | None) -> int:
    """How many workers are at one job for too long, or listen and say nothing."""
    workers = [one for one in known if one.kind == "worker"]
    there = {one.id for one in _listening(workers, listening or ())}
    return sum(one.overdue or one.id in there for one in workers if not one.well)


def clocks(known: Iterable[Process], ours: float) -> dict[str, float]:
    """By kind, how many seconds the clock that is furthest off is ahead of the database's."""
    told = {"web": ours}
    for one in known:
        if not one.silent:
            told[one.kind] = max(told.get(one.kind, 0.0), one.clock_ahead_seconds, key=abs)
    return told


def _listening(workers: Iterable[Process], names: Collection[str]) -> list[Process]:
    ids = {name.partition(".")[0] for name in names}
    return [one for one in workers if one.id.hex in ids]


def _state(at_work: Iterable[Process], *, some: bool) -> str:
    if not some:
        return "down"
    return "ok" if all(one.well for one in at_work) else "hung"
