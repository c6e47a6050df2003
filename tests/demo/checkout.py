"""A checkout of its own in which the demo is started for real, and what runs out of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import requests

from tests.ports import free_port
from tests.worker.processes import until

ROOT = Path(__file__).parent.parent.parent
CODE = ("gateway", "menus", "worker", "locales", "deploy", "wsgi.py")
MOTHER = "+8562055500001"


class Checkout:
    """The code alone, so that var/ is its own; the packages are those of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = str(free_port())
        for name in CODE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, folder / name)

    def environ(self, **given: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PORT": self.port, **given}

    def run(self, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
        """`python -m …` to its end."""
        return subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, "-m", *arguments], cwd=self.folder, env=self.environ(**given),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def start(self, **given: str) -> "Demo":
        """`make run`, once it answers and all of its parts are there."""
        environ = self.environ(**given)
        with (self.folder / "terminal").open("wb") as terminal:
            process = subprocess.Popen(
                [sys.executable, "-m", "gateway.demo"], cwd=self.folder, env=environ,
                stdout=terminal, stderr=terminal, start_new_session=True,
            )  # fmt: skip
        demo = Demo(self.folder, process, f"http://127.0.0.1:{environ['PORT']}")
        try:
            until(demo.is_ready)
        except AssertionError as error:
            demo.destroy()
            raise AssertionError(demo.last_words()) from error
        return demo


class Demo:
    def __init__(self, folder: Path, process: subprocess.Popen[bytes], url: str) -> None:
        self.folder = folder
        self.process = process
        self.url = url

    @property
    def terminal(self) -> str:
        return (self.folder / "terminal").read_text()

    def last_words(self) -> str:
        """The ends of all logs."""
        logs = sorted((self.folder / "var" / "log").glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-2000:]}" for log in logs)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.terminal
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def dial(self, msisdn: str = MOTHER, text: str = "") -> str:
        """The body that an operator gets for a first request."""
        form = {"sessionId": os.urandom(8).hex(), "phoneNumber": msisdn, "text": text}
        url = f"{self.url}/callbacks/africastalking/ussd?key=demo"
        answer = requests.post(url, data=form, timeout=10)
        assert answer.status_code == 200
        return answer.content.decode()

    def answers(self) -> bool:
        try:
            return self.dial().startswith("CON ")
        except requests.RequestException:
            return False

    def pids(self) -> dict[int, str]:
        """Everything that runs in this checkout, with its command line."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").readlink().is_relative_to(self.folder):
                    line = (entry / "cmdline").read_bytes()
                    found[int(entry.name)] = line.replace(b"\0", b" ").decode().strip()
            except OSError:  # gone meanwhile, or another user's
                continue
        return found

    def children(self, pid: int) -> dict[int, str]:
        """The children of `pid` that are alive, with their command lines."""
        try:
            listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return {}
        return {pid: line for pid, line in self.pids().items() if str(pid) in listed}

    def pid_of(self, pattern: str) -> int | None:
        """The supervisor's child whose command line `pattern` finds, if it is up."""
        lines = self.children(self.process.pid)
        return next((pid for pid, line in lines.items() if re.search(pattern, line)), None)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """The exit code; fails where it takes too long."""
        self.process.send_signal(how)
        return self.process.wait(timeout=30)

    def destroy(self) -> None:
        """Whatever is left of it, and what that leaves."""
        self.process.kill()
        self.process.wait()
        until(self._is_gone)

    def _is_gone(self) -> bool:
        left = self.pids()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left
