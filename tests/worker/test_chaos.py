"""Messages counted at the handsets while everything around them fails: none lost, none twice."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.messaging.recovery.resolving import resolve_unknown
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from tests.messaging.village import draft, number, queue_for_any_day, states
from tests.worker.chaos import FAULTS, CrashingWorkers, Valkey, make_trouble, restart_postgresql
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

LONG = "CHAOS_MESSAGES" in os.environ
MESSAGES = int(os.environ.get("CHAOS_MESSAGES", "800"))
FINAL = {"delivered", "refused", "failed"}

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800 if LONG else 600)]


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path / "valkey")
    yield valkey
    valkey.stop()


class FaultRun:
    """One run: processes on `database_url`, faults, and the count at the end."""

    def __init__(self, processes: Processes, database: Database) -> None:
        self.processes = processes
        self.database = database
        self.by_staff = 0
        self.operator: Operator = start_operator(processes, start_web(processes))
        processes.environ = {**processes.environ, "AT_BASE_URL": self.operator.url}

    def send_under_faults(self, valkey: Valkey, *extra: Callable[[], object], count: int) -> None:
        """`count` messages go out while everything fails; returns when the last one is settled."""
        now = datetime.now(UTC)
        later = {"not_before_at": now, "expires_at": now + timedelta(hours=2)}
        queue_for_any_day(self.database, *(draft(index, **later) for index in range(count)))
        self.operator.script(**FAULTS)
        workers = CrashingWorkers(self.processes, workers=3, seed=count)
        until(lambda: self.left() < count)
        make_trouble(
            workers, (valkey.flush, *extra, valkey.restart), lambda: self.left() > count // 20
        )
        self.operator.script()
        self.saw_unknown = states(self.database).count("unknown")
        until(self.is_over, seconds=600 if LONG else 120, every=0.5)
        self.tell(count, workers)

    def left(self) -> int:
        return states(self.database).count("queued")

    def tell(self, count: int, workers: CrashingWorkers) -> None:
        lines = (
            f"{count} messages, {workers.killed} kills: {dict(Counter(states(self.database)))}",
            f"unknown when the faults were over: {self.saw_unknown}, in the end: "
            f"{states(self.database).count('unknown')}, settled by staff: {self.by_staff}",
            f"faults: {self.operator.counts()['faults']}",
        )
        sys.stdout.write("\n" + "\n".join(lines) + "\n")

    def is_over(self) -> bool:
        """Every row is final; what was sent again in vain, staff have settled as they would."""
        self.have_staff_settle()
        waiting = self.operator.counts()["callbacks"]["waiting"]
        return not waiting and set(states(self.database)) <= FINAL

    def have_staff_settle(self) -> None:
        """A reminder that met a 5xx twice waits for a person, who looks at the operator's list."""
        waiting = (messages.c.state == "unknown") & (messages.c.resends > 0)
        with self.database.reading() as connection:
            rows = connection.execute(messages.select().where(waiting)).all()
        arrived = self.operator.counts()["handsets"] if rows else {}
        lost = [row.id for row in rows if row.msisdn not in arrived]
        with self.database.writing() as connection:
            self.by_staff += resolve_unknown(connection, lost, "resend", now=datetime.now(UTC))

    def check(self, count: int) -> None:
        counts = self.operator.counts()
        with self.database.reading() as connection:
            rows = connection.execute(messages.select()).all()
        assert len(rows) == count
        received = counts["handsets"]
        twice = {msisdn for msisdn, times in received.items() if times > 1}
        assert not twice, f"{len(twice)} handsets got it twice"
        arrived = {row.msisdn for row in rows if row.state == "delivered"}
        assert arrived == set(received)
        assert {row.msisdn for row in rows} == {number(index) for index in range(count)}


@pytest.fixture
def fault_run_on(valkey: Valkey, tmp_path: Path) -> Iterator[Callable[[str], FaultRun]]:
    all_processes: list[Processes] = []
    databases: list[Database] = []

    def on(url: str) -> FaultRun:
        environ = {
            "DATABASE_URL": url,
            "REDIS_URL": valkey.url,
            "QUIET_HOURS": "",
            "SMS_BATCH_SIZE": "10",
            "SWEEP_SECONDS": "1",
            "CLAIM_LEASE_SECONDS": "4",
            "UNKNOWN_WAIT_SECONDS": "12",
        }
        all_processes.append(Processes(environ, tmp_path / "processes.log"))
        databases.append(Database(url))
        return FaultRun(all_processes[-1], databases[-1])

    yield on
    for processes in all_processes:
        processes.close()
    for database in databases:
        database.dispose()


def test_no_message_is_lost_or_received_twice_on_postgresql(fault_run_on, valkey, postgresql_url):
    run = fault_run_on(postgresql_url)

    run.send_under_faults(valkey, count=MESSAGES)

    run.check(MESSAGES)


def test_the_same_while_postgresql_is_restarted_in_the_middle(fault_run_on, valkey, postgresql_url):
    run = fault_run_on(postgresql_url)

    run.send_under_faults(valkey, lambda: restart_postgresql(postgresql_url), count=MESSAGES // 2)

    run.check(MESSAGES // 2)


def test_the_same_on_sqlite(fault_run_on, valkey, sqlite_url):
    run = fault_run_on(sqlite_url)

    run.send_under_faults(valkey, count=MESSAGES // 4)

    run.check(MESSAGES // 4)
