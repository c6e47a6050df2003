"""What the scheduler does all day, and an import, in a registry as full as the country's.

`BENCH_PEOPLE` (20000) and `BENCH_MESSAGES` (250000) set the size; 400000 and 5000000 are the whole
country. `BENCH_DATABASE` names a database that `fill` has filled already; it is changed.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bench.console_data import analyse, fill
from bench.console_ledger import fill_ledger
from bench.meter import Meter
from bench.nation_import import measure_import
from bench.postgresql import postgresql_server
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.figures.schedule import count_ahead
from gateway.messaging.planning.reminders import reminder_steps, run_corrections
from gateway.messaging.recovery.retention import purge
from gateway.messaging.recovery.sweeper import Patience, sweep
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "20000"))
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "250000"))
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Vientiane")
HOURS = SendingHours(
    zone=ZONE, quiet=(time(20), time(8)), is_holiday=lao_holidays(PROGRAMME.holidays)
)
RETENTION_DAYS = 30


def run() -> list[dict[str, object]]:
    """Rows of the table: what, how many, seconds of wall and of CPU, memory beside the start's."""
    with _country() as database:
        meter = Meter(database)
        rows = [*_chores(meter, database), *measure_import(meter, database, NOW)]
        rows.append(meter.measure("purge", lambda: _purged(database)))
    return rows


def _chores(meter: Meter, database: Database) -> Iterator[dict[str, object]]:
    yield meter.measure("plan a day", lambda: _plan(database, anew=True))
    yield meter.measure("plan it again", lambda: _plan(database, anew=True))
    yield meter.measure("the scheduler's next look", lambda: _plan(database, anew=False))
    yield meter.measure("corrections of all, the first", lambda: _correct(database))
    yield meter.measure("corrections of all", lambda: _correct(database))
    lately = NOW - timedelta(minutes=30)
    yield meter.measure("corrections of what changed", lambda: _correct(database, lately))
    yield meter.measure("figures", lambda: count_ahead(database, now=NOW, zone=ZONE))
    later = NOW + timedelta(minutes=5)
    yield meter.measure("figures again", lambda: count_ahead(database, now=later, zone=ZONE))
    yield meter.measure("sweep", lambda: _swept(database))
    yield meter.measure("sweep again", lambda: _swept(database))


def _plan(database: Database, *, anew: bool) -> int:
    on = NOW.astimezone(ZONE).date()
    steps = reminder_steps(database, on=on, hours=HOURS, default_locale="lo", now=NOW, anew=anew)
    return sum(steps)


def _correct(database: Database, changed_since: datetime | None = None) -> int:
    return run_corrections(
        database, hours=HOURS, default_locale="lo", now=NOW, changed_since=changed_since
    )


def _swept(database: Database) -> int:
    patience = Patience(timedelta(minutes=15), frozenset({"africastalking"}))
    return sum(sweep(database, patience, now=NOW).values())


def _purged(database: Database) -> int:
    return sum(purge(database, now=NOW, days=RETENTION_DAYS).values())


@contextmanager
def _country() -> Iterator[Database]:
    filled = os.environ.get("BENCH_DATABASE")
    if filled:
        database = Database(filled)
        yield database
        database.dispose()
        return
    with tempfile.TemporaryDirectory() as folder:
        server = postgresql_server(Path(folder))
        try:
            server.psql("alter system set fsync = off; select pg_reload_conf();")
            database = _filled(server.get_uri())
            yield database
            database.dispose()
        finally:
            server.cleanup()


def _filled(url: str) -> Database:
    upgrade(url)
    database = Database(url)
    with database.writing() as connection:
        connection.execute(text("set local work_mem = '256MB'"))
        fill(connection, people=PEOPLE, messages=0)
        connection.execute(text("analyze"))
        fill_ledger(connection, people=PEOPLE, count=MESSAGES, now=NOW)
    with database.engine.connect() as connection:
        analyse(connection.execution_options(isolation_level="AUTOCOMMIT"))
    return database
