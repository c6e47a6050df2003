"""Real processes for tests of the workers: simulator, receiver of receipts, workers, scheduler."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 60.0


def until(holds: Callable[[], object], *, seconds: float = PATIENCE_SECONDS, every: float = 0.05):
    """Waits for `holds()` to be true and returns it; fails when it does not become so."""
    give_up_at = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < give_up_at, f"not within {seconds} s: {holds}"
        time.sleep(every)
    return value


@dataclass
class Processes:
    """Starts processes with one environment, kills them, and ends what is left of them."""

    environ: Mapping[str, str]
    log: Path
    root: Path = ROOT
    _running: list[subprocess.Popen] = field(default_factory=list)

    def start(self, *module_and_arguments: str) -> subprocess.Popen:
        environ = {"PATH": os.environ["PATH"], **self.environ}
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *module_and_arguments],
                cwd=self.root, env=environ, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._running.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL to the process and to the child it has forked for a job."""
        for pid in (*_children(process.pid), process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()
        self._running.remove(process)

    def end(self, process: subprocess.Popen) -> None:
        """SIGTERM, and waits for it."""
        process.terminate()
        process.wait()
        self._running.remove(process)

    def close(self) -> None:
        for process in list(self._running):
            self.kill(process)


def _children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in listed.split()]


@dataclass(frozen=True)
class Operator:
    """The simulator in a process of its own."""

    url: str

    def script(self, **faults: Any) -> None:
        answer = requests.post(f"{self.url}/simulator/faults", json=faults, timeout=20)
        assert answer.status_code == 200, answer.text

    def counts(self) -> dict[str, Any]:
        counted: dict[str, Any] = requests.get(f"{self.url}/simulator/counts", timeout=20).json()
        return counted

    def is_up(self) -> bool:
        return _answers(f"{self.url}/simulator/counts")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.ConnectionError:
        return False


def start_operator(processes: Processes, gateway_url: str) -> Operator:
    port = free_port()
    processes.start("gateway.simulator", "--port", str(port), "--gateway", gateway_url)
    operator = Operator(f"http://127.0.0.1:{port}")
    until(operator.is_up, seconds=15)
    return operator


@dataclass
class Web:
    """The gateway's web process, as in production: it takes the receipts."""

    processes: Processes
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = self.processes.start(
            "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--blocking-threads", "4", "--workers-kill-timeout", "3", "--no-ws", "wsgi:app",
        )  # fmt: skip
        until(lambda: _answers(f"{self.url}/healthz"), seconds=30)

    def restart(self) -> None:
        """As systemd does."""
        assert self.process
        self.processes.end(self.process)
        self.start()


def start_web(processes: Processes, port: int | None = None) -> str:
    web = Web(processes, port or free_port())
    web.start()
    return web.url
