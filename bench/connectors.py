"""Visits pulled from a DHIS2, beside the same rows as a CSV file. `BENCH_ROWS` (100000) of them.

The DHIS2 is a process of its own: its CPU counts for nobody.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text, update

from bench.console_data import analyse, fill
from bench.dhis2_server import ATTRIBUTE, PROGRAM, STAGE, TOKEN
from bench.meter import Meter
from bench.postgresql import postgresql_server
from gateway.connectors.driver import Ground
from gateway.connectors.file import connections_of
from gateway.connectors.known import DRIVERS
from gateway.connectors.pulling import Puller
from gateway.connectors.running import run as run_connection
from gateway.connectors.tables import connections
from gateway.core.keys import peppers_of
from gateway.registry.database import Database
from gateway.registry.imports import import_visits
from gateway.registry.migrate import upgrade

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Vientiane")
PAGES = (200, 500)
VISIT = "bcg"
_CHILDREN = text(
    "SELECT registration_no, child_dob FROM beneficiaries WHERE category = 'child' "
    "AND child_dob <= :today ORDER BY registration_no LIMIT :rows"
)


@dataclass(frozen=True)
class Bench:
    """A registry with as many children as there are rows, and their visits in a file."""

    database: Database
    file: Path

    def measured(self) -> Iterator[dict[str, object]]:
        meter = Meter(self.database)
        yield _row(meter.measure("visits by CSV", self._imported))
        for size in PAGES:
            self.forget()
            with _served(self.file) as url:
                pulled = partial(self._pulled, url, size)
                yield _row(meter.measure(f"by DHIS2, {size} a page", pulled))
        yield _row(meter.measure("the same CSV again", self._imported))

    def _imported(self) -> int:
        report = import_visits(self.database, self.file, now=NOW, today=NOW.date())
        if report.errors:
            raise RuntimeError(report.errors[0])
        return report.new + report.unchanged

    def _pulled(self, url: str, size: int) -> int:
        table = {
            "driver": "dhis2", "url": url, "token_env": "TOKEN", "program": PROGRAM,
            "registration_attribute": ATTRIBUTE, "page_size": size,
            "visits": [{"stage": STAGE, "visit": VISIT}],
        }  # fmt: skip
        (connection,) = connections_of({"connections": {"clinics": table}}, DRIVERS)
        ground = Ground(name="clinics", secrets={"TOKEN": TOKEN}, zone=ZONE, now=lambda: NOW)
        puller = Puller(
            database=self.database,
            peppers=peppers_of("bench"),
            clock=lambda: NOW,
            today=lambda now: now.date(),
        )
        run_connection(puller, connection, ground)
        with self.database.writing() as sql:
            sql.execute(update(connections).values(approved_at=NOW))
        ran = run_connection(puller, connection, ground)
        if ran is None or ran.counts is None:
            raise RuntimeError(ran)
        return ran.counts.new

    def forget(self) -> None:
        """No visit, and nothing known of the connection."""
        with self.database.writing() as sql:
            for name in ("visits", "connection_faults", "connection_runs", "connections"):
                sql.execute(text(f"DELETE FROM {name}"))  # noqa: S608 - names of ours
        with self.database.engine.connect() as sql:
            analyse(sql.execution_options(isolation_level="AUTOCOMMIT"))


def run() -> list[dict[str, object]]:
    """Rows of the table: by file and by pages, microseconds of CPU a row, memory beside before."""
    with tempfile.TemporaryDirectory() as folder:
        server = postgresql_server(Path(folder))
        try:
            server.psql("alter system set fsync = off; select pg_reload_conf();")
            upgrade(server.get_uri())
            database = Database(server.get_uri())
            rows = list(_filled(database, Path(folder) / "visits.csv").measured())
            database.dispose()
        finally:
            server.cleanup()
    return rows


def _filled(database: Database, file: Path) -> Bench:
    """Without the visits that the registry came with."""
    with database.writing() as sql:
        fill(sql, people=ROWS * 2, messages=0)
        found = sql.execute(_CHILDREN, {"today": NOW.date(), "rows": ROWS}).all()
    with file.open("w", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(("registration_no", "visit", "done_on"))
        writer.writerows((row.registration_no, VISIT, row.child_dob.isoformat()) for row in found)
    bench = Bench(database, file)
    bench.forget()
    return bench


@contextmanager
def _served(file: Path) -> Iterator[str]:
    server = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.dhis2_server", str(file)], stdout=subprocess.PIPE, text=True
    )
    try:
        port = server.stdout.readline().strip() if server.stdout else ""
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _row(row: dict[str, object]) -> dict[str, object]:
    cpu = float(str(row["worker CPU s"])) + float(str(row["database CPU s"]))
    return row | {"us of CPU a row": round(cpu / max(int(str(row["found"])), 1) * 1e6)}
