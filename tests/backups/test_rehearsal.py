"""A day with a crash in it, played with real processes: nobody gets an SMS twice.

Dump at night; the day's reminders and half a broadcast go out, a STOP arrives; everything is
killed; the dump is restored; all starts again.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
import requests
from redis import Redis
from sqlalchemy import make_url, select

from gateway.backups.tools import Tools
from gateway.messaging.restored.signs import beat
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from gateway.registry.tables import optouts
from tests.backups.conftest import TOOLS
from tests.messaging.broadcasting import started_broadcast
from tests.messaging.village import Village, number
from tests.test_end_to_end import root, zone  # noqa: F401 - fixtures: a day without holidays
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]  # a busy machine takes two minutes

REMINDED, BROADCAST = range(1, 31), range(31, 91)
TEXT = "ສຸກສາລາປິດ"
STOPS, ASKS = number(1), number(2)


@dataclass
class Day:
    """The service as processes, on a database that can be lost."""

    url: str
    processes: Processes
    operator: Operator
    web: str

    def flask(self, *arguments: object) -> str:
        done = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-m", "flask", *map(str, arguments)], cwd=self.processes.root,
            env={"PATH": os.environ["PATH"], **self.processes.environ}, text=True, timeout=200,
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def texts(self) -> Counter[tuple[str, str]]:
        """How often each handset got a reminder or the broadcast; answers are left out."""
        return Counter(
            (msisdn, "broadcast" if one["body"] == TEXT else "reminder")
            for msisdn in self.operator.counts()["handsets"]
            for one in self._inbox(msisdn)
            if one["body"] == TEXT or f"{self.due_on:%d/%m}" in one["body"]
        )

    @property
    def due_on(self):
        here = ZoneInfo(self.processes.environ["TIMEZONE"])
        return datetime.now(here).date() + timedelta(days=3)

    def got(self, what: str) -> list[str]:
        return [msisdn for (msisdn, got), _number in self.texts().items() if got == what]

    def answered(self, msisdn: str) -> int:
        """How many texts that handset has by now."""
        return len(self._inbox(msisdn))

    def writes(self, msisdn: str, text: str) -> None:
        url = f"{self.operator.url}/simulator/handsets/{msisdn}/sms"
        requests.post(url, json={"text": text}, timeout=10).raise_for_status()

    def stopped(self) -> list[str]:
        return self._ask(select(optouts.c.msisdn))

    def held(self) -> int:
        return len(self._ask(select(messages.c.id).where(messages.c.reason == "restored")))

    def starts(self) -> None:
        start_web(self.processes, int(str(urlsplit(self.web).port)))
        self.processes.start("worker")
        self.processes.start("worker", "cron")

    def _inbox(self, msisdn: str) -> list[dict[str, str]]:
        url = f"{self.operator.url}/simulator/handsets/{msisdn}/inbox"
        found: list[dict[str, str]] = requests.get(url, timeout=10).json()["messages"]
        return found

    def _ask(self, statement) -> list[str]:
        database = Database(self.url)
        try:
            with database.reading() as connection:
                return list(connection.execute(statement).scalars())
        finally:
            database.dispose()


@pytest.fixture
def day(
    request: pytest.FixtureRequest, database_url: str, fresh: Callable[[str], str], redis_url: str,
    root: Path, zone: ZoneInfo,  # noqa: F811 - the fixtures
) -> Iterator[Day]:  # fmt: skip
    url = fresh(database_url)
    upgrade(url)
    environ = {
        "DATABASE_URL": url, "REDIS_URL": redis_url, "QUIET_HOURS": "", "TIMEZONE": zone.key,
        "SWEEP_SECONDS": "1", "CLAIM_LEASE_SECONDS": "8", "UNKNOWN_WAIT_SECONDS": "2",
        "SMS_BATCH_SIZE": "5",
    }  # fmt: skip
    operators = Processes(environ, root / "operator.log", root)
    processes = Processes(environ, root / "processes.log", root)
    web = start_web(processes)
    operator = start_operator(operators, web)
    processes.environ = {**environ, "AT_BASE_URL": operator.url}
    yield Day(url, processes, operator, web)
    processes.close()
    operators.close()


def night(day: Day) -> None:
    """Payments in three days, a broadcast that is started; the scheduler has beaten."""
    database, now = Database(day.url), datetime.now(UTC)
    village, other = Village(database), Village(database, "ນາ", "Na")
    women = village.women(REMINDED, consent_health=False)
    village.payments(women, due_on=day.due_on)
    other.women(BROADCAST, consent_health=False)
    started_broadcast(
        database, now=now, texts={"lo": TEXT}, audience={"village": [other.village_id]}
    )
    with database.writing() as connection:
        beat(connection, now)
    database.dispose()


def until_the_crash(day: Day) -> None:
    day.operator.script(latency_ms=400)
    day.processes.start("worker")
    day.processes.start("worker", "cron")
    until(lambda: len(day.got("reminder")) == len(REMINDED))
    before = day.answered(STOPS)
    day.writes(STOPS, "STOP")
    until(lambda: day.stopped() == [STOPS])
    until(lambda: day.answered(STOPS) > before)
    until(lambda: len(day.got("broadcast")) >= len(BROADCAST) // 3)
    day.processes.close()
    day.operator.script()


def nobody_gets_anything(day: Day) -> None:
    """Everything is at work, and planned again what had gone out; an answer goes out."""
    sent = day.texts()
    assert len(sent) < len(REMINDED) + len(BROADCAST)
    day.starts()
    until(lambda: day.held() == len(REMINDED) + len(BROADCAST))
    before = day.answered(ASKS)
    day.writes(ASKS, "HELP")
    until(lambda: day.answered(ASKS) > before)
    assert day.texts() == sent
    assert day.stopped() == []  # what cannot be known


def release(day: Day, folder: Path) -> None:
    """Reminders had gone out; of the broadcast the operator's list tells."""
    listed = folder / "sent.txt"
    listed.write_text("\n".join(day.got("broadcast")))
    command = ("messages", "after-restore", "--yes", "--release")
    shown = day.flask("messages", "after-restore")
    assert "payment    held: 30 may have gone out" in shown
    assert "opt-outs (STOP)" in shown
    day.flask(*command, "payment", "--as-sent")
    day.flask(*command, "broadcast", "--send", "--except", listed)
    day.flask(*command, "all", "--as-sent")


def each_has_got_it_once(day: Day) -> None:
    wanted = {(number(one), "reminder"): 1 for one in REMINDED}
    wanted |= {(number(one), "broadcast"): 1 for one in BROADCAST}
    until(lambda: len(day.got("broadcast")) == len(BROADCAST))
    until(lambda: day.held() == 0)
    assert day.texts() == wanted
    assert day.operator.counts()["surplus"] == 0


def test_a_day_restored_from_last_nights_backup(day: Day, tmp_path: Path):
    night(day)
    file = tmp_path / "night.dump"
    day.flask("backup", file, "--tools", TOOLS)
    until_the_crash(day)
    day.flask("restore", file, "--replace", "--yes", "--tools", TOOLS)
    nobody_gets_anything(day)
    release(day, tmp_path)
    each_has_got_it_once(day)


@pytest.mark.parametrize("redis_is_lost", [False, True])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_where_somebody_has_restored_by_hand(
    day: Day, redis_is_lost: bool, redis_client: Redis, postgresql_server: str, tmp_path: Path
):
    """Without a word to the service: dropped, created, and loaded by pg_restore."""
    night(day)
    file, tools = tmp_path / "night.dump", Tools(day.url, TOOLS)
    tools.run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={tools.conninfo}")
    until_the_crash(day)
    name = str(make_url(day.url).database)
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    tools.run("pg_restore", f"--dbname={tools.conninfo}", str(file))
    if redis_is_lost:
        redis_client.flushall()
    nobody_gets_anything(day)
    release(day, tmp_path)
    each_has_got_it_once(day)
