"""A worker's part of an import: check the file, or import it; twice does no harm."""

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from gateway.core.keys import Peppers
from gateway.registry.database import Database
from gateway.registry.imports import ImportReport
from gateway.registry.imports.staging import Watcher, run_import
from gateway.staff.audit import Actor, record
from gateway.uploads import store
from gateway.uploads.plans import plan_of
from gateway.uploads.tables import imports

READING_LEASE = timedelta(minutes=3)
MERGING_LEASE = timedelta(minutes=30)  # one statement over all rows: nothing is heard of it
RETRY_AFTER = timedelta(seconds=30)
MOST_ATTEMPTS = 3
TELL_EVERY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Superseded(Exception):
    """The lease ran out and another worker has the file: what this one did is rolled back."""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Works on uploaded files. `peppers` key the hashes of PINs."""

    database: Database
    peppers: Peppers
    zone: ZoneInfo
    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = field(default=time.monotonic)

    def waiting(self) -> UUID | None:
        """What to work on next."""
        with self.database.reading() as connection:
            return store.next_waiting(connection, now=self.clock())

    def run(self, import_id: UUID) -> None:
        """Checks the file, or imports it when that was confirmed."""
        with self.database.writing() as connection:
            claimed = store.claim(connection, import_id, now=self.clock())
        if claimed is None:
            return
        try:
            self._work(claimed)
        except Superseded:
            logger.warning("an import was taken over")
        except Exception as error:
            # Only its kind: a database's message holds the rows it is about.
            logger.error("an import broke off: %s", type(error).__name__)  # noqa: TRY400 - as said
            self._give_back(claimed)

    def _work(self, claimed: Any) -> None:
        checking = claimed.state == "checking"
        now = self.clock()
        plan = plan_of(
            claimed.kind,
            now=now,
            today=now.astimezone(self.zone).date(),
            peppers=self.peppers,
            district_id=claimed.district_id,
        )
        # Without a name from the start: a worker that is killed leaves nothing behind.
        with tempfile.TemporaryFile() as file:
            with self.database.reading() as connection:
                store.fetch(connection, claimed.id, file)
            watcher = _Watcher(self, claimed)
            report = run_import(self.database, file, plan, dry_run=checking, watcher=watcher)
        if checking or report.errors:
            state = "faulty" if report.errors else "ready"
            with self.database.writing() as connection:
                store.settle(connection, claimed, state, report, now=self.clock())

    def _give_back(self, claimed: Any) -> None:
        last = claimed.attempts >= MOST_ATTEMPTS
        values = {"state": "failed"} if last else {"lease_until_at": self.clock() + RETRY_AFTER}
        with self.database.writing() as connection:
            mine = connection.execute(
                update(imports)
                .where(imports.c.id == claimed.id, imports.c.claim_id == claimed.claim_id)
                .values(updated_at=self.clock(), **values)
            )
            if last and mine.rowcount:
                store.forget(connection, claimed.id)


class _Watcher(Watcher):
    """Tells the row how far it is, and so keeps the lease."""

    def __init__(self, runner: Runner, claimed: Any) -> None:
        self._runner = runner
        self._claimed = claimed
        self._told_at = runner.monotonic()

    def rows_read(self, count: int) -> None:
        if self._runner.monotonic() - self._told_at >= TELL_EVERY_SECONDS:
            self._tell(READING_LEASE, rows_read=count)

    def before_merge(self) -> None:
        self._tell(MERGING_LEASE)

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        now = self._runner.clock()
        if not store.settle(connection, self._claimed, "done", report, now=now):
            raise Superseded
        counts = {name: getattr(report, name) for name in ("new", "changed", "unchanged")}
        record(
            connection,
            Actor(name=self._claimed.who),
            "import.done",
            now=now,
            kind="import",
            object_id=self._claimed.id,
            district_id=self._claimed.district_id,
            changes={name: (None, count) for name, count in counts.items()},
        )

    def _tell(self, lease: timedelta, **values: int) -> None:
        self._told_at = self._runner.monotonic()
        now = self._runner.clock()
        with self._runner.database.writing() as connection:
            mine = connection.execute(
                update(imports)
                .where(
                    imports.c.id == self._claimed.id, imports.c.claim_id == self._claimed.claim_id
                )
                .values(lease_until_at=now + lease, updated_at=now, **values)
            )
        if not mine.rowcount:
            raise Superseded
