"""Real servers for a benchmark, pinned to one core; the load generator has the other."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import psutil

SERVER_CORE, LOAD_CORE = 0, 1


def pin_self() -> None:
    os.sched_setaffinity(0, {LOAD_CORE % (os.cpu_count() or 1)})


@contextmanager
def granian(target: str, port: int, environ: Mapping[str, str]) -> Iterator[psutil.Process]:
    """granian with one worker, as many connections as come, on the server's core."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-ws",
        "--log-level", "error", target,
    ]  # fmt: skip
    process = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), *command], env=dict(environ))  # noqa: S603, S607 - our own command
    try:
        _await(port)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of a server and the workers it forked, to the microsecond.

    By their own clocks: what the kernel tells of other processes it counts in ticks of 10 ms.
    """
    return sum(_clock_of(one.pid) for one in (process, *process.children(recursive=True)))


def _clock_of(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of <linux/posix-timers.h>
    except OSError:  # it has ended meanwhile
        return 0.0


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except URLError as error:
            if getattr(error, "code", None) == 404:
                return
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on {port}")
