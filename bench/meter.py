"""CPU of this process and of a PostgreSQL, apart."""

import gc
import threading
import time
from collections.abc import Callable

import psutil
from sqlalchemy import text

from gateway.registry.database import Database


class Meter:
    """Measures what is done between two looks: seconds of wall, of CPU here, of CPU there."""

    def __init__(self, database: Database) -> None:
        with database.reading() as connection:
            backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        self._server = psutil.Process(backend).parent()

    def measure(self, name: str, act: Callable[[], object]) -> dict[str, object]:
        """Does `act`; a row of the table. `MB` is the most that this process held more than
        before."""
        gc.collect()
        resident, peak = psutil.Process().memory_info().rss, Peak()
        wall, here, there = time.monotonic(), time.process_time(), cpu_of(self._server)
        with peak:
            found = act()
        return {
            "what": name,
            "found": found,
            "wall s": round(time.monotonic() - wall, 2),
            "worker CPU s": round(time.process_time() - here, 2),
            "database CPU s": round(cpu_of(self._server) - there, 2),
            "MB": round((peak.resident - resident) / 2**20),
        }


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of the process, of its children, and of those that it has outlived."""
    seconds = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system + times.children_user + times.children_system
    return seconds


class Peak:
    """The most memory this process held in between, looked at every 50 ms."""

    def __init__(self) -> None:
        self.resident = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        process = psutil.Process()
        while True:
            self.resident = max(self.resident, process.memory_info().rss)
            if self._over.wait(0.05):
                return
