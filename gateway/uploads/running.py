"""A worker's part of an import: check the file, or import it; twice does no harm."""

import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from gateway.core.keys import Peppers
from gateway.core.texts import _
from gateway.registry.database import Database
from gateway.registry.imports import ImportReport, RowError
from gateway.registry.imports.checked_rows import write_rows
from gateway.registry.imports.files import run_import
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.merging import one_at_a_time
from gateway.registry.imports.staging import Made, Plan, Watcher
from gateway.staff.audit import Actor, record
from gateway.uploads import store
from gateway.uploads.consequences import corrections
from gateway.uploads.deciding import decisions_of
from gateway.uploads.leases import LeaseKeeper, Superseded, TookTooLong
from gateway.uploads.plans import plan_of
from gateway.uploads.recording import record_changes
from gateway.uploads.tables import imports
from gateway.uploads.taking_back import TakenBack, take_back

READING_LEASE = timedelta(minutes=3)
MERGING_LEASE = timedelta(minutes=30)  # on SQLite, where nobody can write beside the merge
RETRY_AFTER = timedelta(seconds=30)
TELL_EVERY_SECONDS = 1.0

TOOK_TOO_LONG = _("The work on this file took more than %(minutes)s minutes and was given up.")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Works on uploaded files. `peppers` key the hashes of PINs."""

    database: Database
    peppers: Peppers
    zone: ZoneInfo
    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = field(default=time.monotonic)
    most_seconds: float = 1800.0  # of one attempt
    renew_every_seconds: float = 5.0

    def waiting(self) -> UUID | None:
        """What to work on next."""
        with self.database.reading() as connection:
            return store.next_waiting(connection, now=self.clock())

    def run(self, import_id: UUID) -> None:
        """Checks the file, or imports it when that was confirmed."""
        with self.database.writing() as connection:
            store.give_up(connection, now=self.clock())
            claimed = store.claim(connection, import_id, now=self.clock())
        if claimed is None:
            return
        try:
            self._work(claimed)
        except Superseded:
            logger.warning("an import was cancelled or taken over")
        except TookTooLong:
            logger.warning("an import took too long")
            minutes = {"minutes": int(self.most_seconds // 60)}
            if claimed.state == "undoing":
                self._give_back(claimed)
                return
            self._settle(claimed, ImportReport(errors=(RowError(1, "", TOOK_TOO_LONG, minutes),)))
        except Exception as error:
            # Only its kind: a database's message holds the rows it is about.
            logger.error("an import broke off: %s", type(error).__name__)  # noqa: TRY400 - as said
            self._give_back(claimed)

    def _work(self, claimed: Any) -> None:
        if claimed.state == "undoing":
            self._undo(claimed)
            return
        checking = claimed.state == "checking"
        now = self.clock()
        plan = plan_of(
            claimed.kind,
            now=now,
            today=now.astimezone(self.zone).date(),
            peppers=self.peppers,
            district_id=claimed.district_id,
            decisions=decisions_of(claimed.decisions, known_only=not checking),
        )
        watcher = _Watcher(self, claimed, now)
        # Without a name from the start: a worker that is killed leaves nothing behind.
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as rows, watcher.keeper:
            watcher.rows = rows
            with self.database.reading() as connection:
                store.fetch(connection, claimed.id, file)
            report = run_import(
                self.database,
                file,
                plan,
                dry_run=checking,
                checked=claimed.checked,
                watcher=watcher,
            )
            report = replace(report, corrections=watcher.corrections)
            watcher.keeper.stop()
            if checking or report.errors:
                self._settle(claimed, report, rows)

    def _undo(self, claimed: Any) -> None:
        watcher = _Watcher(self, claimed, self.clock())
        with watcher.keeper, self.database.engine.connect() as connection:
            watcher.begins(connection)
            watcher.before_merge()
            with one_at_a_time(connection):
                taken = take_back(connection, claimed, now=self.clock())
                watcher.after_undoing(connection, taken)

    def _settle(self, claimed: Any, report: ImportReport, rows: IO[bytes] | None = None) -> None:
        """Of a file that was found right its rows stay, with PINs hashed; not the file."""
        state = "faulty" if report.errors else "ready"
        with self.database.writing() as connection:
            mine = store.settle(connection, claimed, state, report, now=self.clock())
            if mine and rows and state == "ready":
                store.replace(connection, claimed.id, rows)

    def _give_back(self, claimed: Any) -> None:
        last = claimed.attempts >= store.MOST_ATTEMPTS
        after = "done" if claimed.state == "undoing" else "failed"
        values = {"state": after} if last else {"lease_until_at": self.clock() + RETRY_AFTER}
        with self.database.writing() as connection:
            mine = connection.execute(
                update(imports)
                .where(imports.c.id == claimed.id, imports.c.claim_id == claimed.claim_id)
                .values(updated_at=self.clock(), **values)
            )
            if last and mine.rowcount:
                store.forget(connection, claimed.id)


class _Watcher(Watcher):
    """Tells the row how far it is; its keeper keeps the lease."""

    rows: IO[bytes]
    corrections = 0

    def __init__(self, runner: Runner, claimed: Any, now: datetime) -> None:
        self._runner = runner
        self._claimed = claimed
        self._now = now
        self._made: Made = {}
        self._told_at = runner.monotonic()
        self.keeper = LeaseKeeper(
            lambda: self._is_mine(READING_LEASE),
            seconds=runner.most_seconds,
            every_seconds=runner.renew_every_seconds,
            monotonic=runner.monotonic,
        )

    def begins(self, connection: Connection) -> None:
        self.keeper.watch(connection)

    def beat(self) -> None:
        self.keeper.check()

    def rows_read(self, count: int) -> None:
        self.keeper.check()
        if self._runner.monotonic() - self._told_at >= TELL_EVERY_SECONDS:
            self._tell(READING_LEASE, rows_read=count)

    def found_right(
        self, connection: Connection, plan: Plan, names: frozenset[str], passed: PassedOver
    ) -> None:
        self.keeper.check()
        today = self._now.astimezone(self._runner.zone).date()
        self.corrections = corrections(connection, plan, names, today)
        write_rows(connection, plan.stage, names, self.rows, passed.as_in_file)

    def before_merge(self) -> None:
        self.keeper.check()
        if self._runner.database.engine.dialect.name == "sqlite":
            self.keeper.stop()
            self._tell(MERGING_LEASE)

    def recording(
        self, connection: Connection, plan: Plan, names: frozenset[str], made: Made
    ) -> None:
        self._made = made
        record_changes(connection, self._claimed.id, plan.merging(names), plan.stage)

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        self.keeper.stop()
        merge = store.Merge(self._now, self._made)
        now = self._runner.clock()
        if not store.settle(connection, self._claimed, "done", report, now=now, merge=merge):
            raise Superseded
        counts = {name: getattr(report, name) for name in ("new", "changed", "unchanged")}
        self._record(connection, "import.done", counts)

    def after_undoing(self, connection: Connection, taken: TakenBack) -> None:
        """As `after_merge`, of an import that is taken back."""
        self.keeper.stop()
        left, now = sum(taken.left.values()), self._runner.clock()
        if not store.settle_undone(connection, self._claimed, taken.rows, left, now=now):
            raise Superseded
        self._record(connection, "import.undone", {"taken_back": taken.rows, "left": left})

    def _record(self, connection: Connection, action: str, counts: Mapping[str, int]) -> None:
        record(
            connection,
            Actor(name=self._claimed.who),
            action,
            now=self._runner.clock(),
            kind="import",
            object_id=self._claimed.id,
            district_id=self._claimed.district_id,
            changes={name: (None, count) for name, count in counts.items()},
        )

    def _tell(self, lease: timedelta, **values: int) -> None:
        self._told_at = self._runner.monotonic()
        if not self._is_mine(lease, **values):
            raise Superseded

    def _is_mine(self, lease: timedelta, **values: int) -> bool:
        """Renews the lease; False where the file is another worker's, or nobody's any more."""
        now = self._runner.clock()
        with self._runner.database.writing() as connection:
            mine = connection.execute(
                update(imports)
                .where(
                    imports.c.id == self._claimed.id, imports.c.claim_id == self._claimed.claim_id
                )
                .values(lease_until_at=now + lease, updated_at=now, **values)
            )
        return mine.rowcount > 0
