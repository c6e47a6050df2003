"""PostgreSQL dies in the middle of a broadcast and its standby takes over."""

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from bench import console_data
from gateway.core.message_states import FINAL
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from tests.messaging.broadcasting import started_broadcast
from tests.worker.postgresql_pair import Pair
from tests.worker.processes import Operator, Processes, start_operator, start_web, until

PEOPLE = int(os.environ.get("STANDBY_PEOPLE", "1200"))
TURNED_AWAY = 30  # calls: workers and scheduler meet a database that is away, too

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


class Caller:
    """Dials again and again; what she saw, and when."""

    def __init__(self, web: str) -> None:
        self._address = f"{web}/callbacks/africastalking/ussd?key=demo"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._dial)
        self.seen: list[tuple[float, float, str]] = []  # when asked, answered, what

    def __enter__(self) -> "Caller":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _dial(self) -> None:
        number = 0
        while not self._stop.wait(0.05):
            number += 1
            form = {"sessionId": f"standby{number}", "phoneNumber": f"+856205{number % PEOPLE:07}",
                    "networkCode": "45703", "serviceCode": "*123#", "text": ""}  # fmt: skip
            began = time.monotonic()
            answer = requests.post(self._address, data=form, timeout=30)
            what = answer.text[:3] if answer.ok else str(answer.status_code)
            self.seen.append((began, time.monotonic(), what))

    def turned_away_after(self, moment: float) -> int:
        return sum(began > moment and what != "CON" for began, _, what in self.seen)

    def menu_after(self, moment: float) -> float | None:
        """When the first menu came that was asked for after it."""
        ends = (end for began, end, what in self.seen if began > moment and what == "CON")
        return next(ends, None)


@pytest.fixture
def pair_of(postgresql_server: str) -> Iterator[Callable[[bool], Pair]]:
    """`postgresql_server` brings the programs and their user."""
    assert postgresql_server
    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory(prefix="standby") as folder:
        Path(folder).chmod(0o755)

        def make(synchronous: bool) -> Pair:
            pairs.append(Pair(Path(folder) / "pair", synchronous=synchronous))
            return pairs[0]

        yield make
        for pair in pairs:
            pair.close()


@pytest.fixture
def processes(redis_url: str, tmp_path: Path) -> Iterator[Processes]:
    environ = {
        "REDIS_URL": redis_url, "QUIET_HOURS": "", "SMS_BATCH_SIZE": "20", "SWEEP_SECONDS": "1",
        "CLAIM_LEASE_SECONDS": "8", "UNKNOWN_WAIT_SECONDS": "20",
    }  # fmt: skip
    processes = Processes(environ, tmp_path / "processes.log")
    yield processes
    processes.close()


def states(database: Database) -> Counter[str]:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT state, count(*) FROM messages GROUP BY 1"))
        return Counter(dict(rows.all()))


@pytest.mark.parametrize("synchronous", [True, False], ids=["synchronous", "asynchronous"])
def test_a_standby_takes_over_in_the_middle_of_a_broadcast(
    pair_of: Callable[[bool], Pair], processes: Processes, synchronous: bool
):
    pair = pair_of(synchronous)
    processes.environ = {**processes.environ, "DATABASE_URL": pair.url}
    upgrade(pair.url)
    database = Database(pair.url)
    with database.writing() as connection:
        console_data.fill(connection, people=PEOPLE, messages=0)
    web = start_web(processes)
    operator: Operator = start_operator(processes, web)
    processes.environ = {**processes.environ, "AT_BASE_URL": operator.url}
    operator.script(latency_ms=50)
    for role in (("worker",), ("worker",), ("worker", "cron")):
        processes.start(*role)
    started_broadcast(database, now=datetime.now(UTC))
    with Caller(web) as caller:
        until(lambda: len(operator.counts()["handsets"]) > PEOPLE // 10)
        killed, arrived = time.monotonic(), len(operator.counts()["handsets"])
        pair.primary.kill()
        until(lambda: caller.turned_away_after(killed) >= TURNED_AWAY)
        promoting = time.monotonic()
        pair.standby.promote()
        menu = until(lambda: caller.menu_after(promoting), seconds=60)
        before = len(operator.counts()["handsets"])
        until(lambda: len(operator.counts()["handsets"]) > before, seconds=120)
        sending = time.monotonic()
        until(lambda: is_over(database, operator), seconds=300, every=0.5)
        over = time.monotonic()
    in_the_end, handsets = states(database), operator.counts()["handsets"]
    with database.reading() as connection:
        rows = connection.execute(text("SELECT msisdn, state FROM messages")).all()
    database.dispose()
    wanted = Counter(row.msisdn for row in rows)  # reminders of the day are among them
    lost = {row.msisdn for row in rows if row.state == "delivered"} - handsets.keys()
    twice = [number for number, times in handsets.items() if times > wanted[number]]
    answers = Counter(what for began, _, what in caller.seen if began >= killed)
    sys.stdout.write(
        f"\n{'synchronous' if synchronous else 'asynchronous'}: {len(rows)} SMS, {arrived} had "
        f"arrived; standby promoted {promoting - killed:.1f} s after the kill; the first menu "
        f"{menu - promoting:.1f} s later, the next SMS {sending - promoting:.1f} s, all over "
        f"{over - promoting:.1f} s; dials since the kill {dict(answers)}; lost {len(lost)}, twice "
        f"{len(twice)}; in the end {dict(in_the_end)}\n"
    )
    assert set(answers) <= {"CON", "END"}  # never an error page
    assert lost == set()
    if synchronous:
        assert twice == []


def is_over(database: Database, operator: Operator) -> bool:
    """`unknown` waits for a person; nothing else does."""
    waiting = operator.counts()["callbacks"]["waiting"]
    return not waiting and set(states(database)) <= {*FINAL, "unknown"}
