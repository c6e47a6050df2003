"""SMS a second through the ledger, against the same RQ without it, and against one job an SMS.

Everything is real: PostgreSQL, Valkey, forking RQ workers, the SDK over HTTP, an endpoint that
answers at once (or after 100 ms). Nothing is pinned: workers, database and endpoint share the
machine, as on one server. A rate is taken between the first and the last SMS at the endpoint; a
ratio compares medians over rounds that were interleaved. With latency it says what part was reached
of what calls allow that are made one after another.
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psutil

from bench.meter import cpu_of
from bench.sms_ground import BATCH, Ground, ground
from bench.sms_jobs import TEXT
from bench.sms_stock import empty_ledger, number, stock
from gateway.messaging.wakeups import Wakeups
from gateway.providers.africastalking.sms import AfricasTalkingSms
from gateway.providers.base import Recipient

ROUNDS = 3
MANY, SOME, FEW = 10_000, 2_000, 300  # SMS in a round, by how fast a contestant is
LATENCY_MS = 100
RQ = (sys.executable, "-m", "bench.sms_jobs", "rq")
OURS = (sys.executable, "-m", "worker")
CELERY = (sys.executable, "-m", "celery", "-A", "bench.sms_jobs:celery", "worker", "-c")


@dataclass(frozen=True)
class Contestant:
    """`prepare` puts `count` SMS where `command`, run `workers` times, finds them."""

    name: str
    count: int
    prepare: Callable[[Ground, int, int], None]
    command: tuple[str, ...] = ()
    workers: int = 1


def _ledger(here: Ground, count: int, workers: int) -> None:
    empty_ledger(here.database)
    stock(here.database, here.people, count)
    Wakeups(here.redis).dispatch(at_most=workers)


def _batches(here: Ground, count: int, _workers: int) -> None:
    for start in range(0, count, BATCH):
        numbers = [number(index) for index in range(start, start + BATCH)]
        here.rq_queue.enqueue_call("bench.sms_jobs.send_batch", (numbers,), result_ttl=0)


def _one_by_one(here: Ground, count: int, _workers: int) -> None:
    for index in range(count):
        here.rq_queue.enqueue_call("bench.sms_jobs.send_one", (number(index),), result_ttl=0)


def _tasks(here: Ground, count: int, _workers: int) -> None:
    for index in range(count):
        here.celery.send_task("send_one", (number(index),))


CONTESTANTS = (
    Contestant("RQ batches, no ledger (a)", MANY, _batches, RQ),
    Contestant("ledger", MANY, _ledger, OURS),
    Contestant("RQ batches, no ledger (a), 2 workers", MANY, _batches, RQ, 2),
    Contestant("ledger, 2 workers", MANY, _ledger, OURS, 2),
    Contestant("RQ, a job an SMS (b)", FEW, _one_by_one, RQ),
    Contestant("Celery, a task an SMS (c)", SOME, _tasks, (*CELERY, "1", "-l", "ERROR")),
    Contestant("Celery, 2 workers", SOME, _tasks, (*CELERY, "2", "-l", "ERROR")),
)


def run() -> list[dict[str, object]]:
    """Rows: contestant, SMS/s, CPU ms an SMS, peak MB of a worker, ratio to (a) of its size."""
    with ground(latency_ms=0) as here:
        loop = [_plain_loop(here) for _round in range(ROUNDS)]
        rounds = [[_measure(here, one) for one in CONTESTANTS] for _round in range(ROUNDS)]
        flat = [_memory(here, rows) for rows in (10_000, 1_000_000)]
    rows = [_row("plain loop of bulk calls", [(rate, 0.0, 0.0) for rate in loop], None)]
    for place, contestant in enumerate(CONTESTANTS):
        compared = 2 if contestant.workers == 2 else 0
        measured = [one[place] for one in rounds]
        rows.append(_row(contestant.name, measured, [one[compared] for one in rounds]))
    with ground(latency_ms=LATENCY_MS) as here:
        slow = [[_measure(here, one) for one in CONTESTANTS[:2]] for _round in range(ROUNDS)]
    allowed = [(BATCH / (LATENCY_MS / 1000), 0.0, 0.0)] * ROUNDS
    for place, contestant in enumerate(CONTESTANTS[:2]):
        name = f"{contestant.name}, {LATENCY_MS} ms of latency"
        rows.append(_row(name, [one[place] for one in slow], allowed))
    return rows + [_row(f"ledger of {count:,} rows", [one], None) for count, one in flat]


Measured = tuple[float, float, float]  # SMS a second, CPU seconds an SMS, peak MB


def _row(name: str, measured: list[Measured], against: list[Measured] | None) -> dict[str, object]:
    rate, cpu, memory = (statistics.median(column) for column in zip(*measured, strict=True))
    pairs = zip(measured, against or measured, strict=True)
    ratio = statistics.median(one[0] / other[0] for one, other in pairs)
    return {
        "what": name,
        "SMS/s": round(rate),
        "CPU ms/SMS": round(cpu * 1000, 3),
        "peak MB": round(memory),
        "ratio": round(ratio, 2) if against else "",
    }


def _plain_loop(here: Ground) -> float:
    """Bulk calls one after the other, with no queue at all: what the SDK itself can do."""
    sms = AfricasTalkingSms("sandbox", "demo-api-key", here.endpoint)
    start = time.perf_counter()
    for first in range(0, MANY, BATCH):
        numbers = [number(index) for index in range(first, first + BATCH)]
        sms.send(TEXT, [Recipient(UUID(int=0), one) for one in numbers])
    return MANY / (time.perf_counter() - start)


def _measure(here: Ground, one: Contestant, *, stop_after: int | None = None) -> Measured:
    """Rate between the first and the last SMS, CPU of workers and database, largest process."""
    wanted = stop_after or one.count
    here.redis.flushall()
    one.prepare(here, one.count, one.workers)
    before = here.sent()
    database_before = cpu_of(here.postgresql)
    times = 1 if one.command[1:3] == ("-m", "celery") else one.workers
    with here.running(one.command, times) as processes:
        first, last, memory = _watch(here, processes, before, wanted)
        cpu = sum(map(cpu_of, processes)) + cpu_of(here.postgresql) - database_before
    (start_at, had), (end_at, has) = first, last
    return (has - had) / (end_at - start_at), cpu / (has - before), memory


Seen = tuple[float, int]  # when, how many


def _watch(
    here: Ground, processes: list[psutil.Process], before: int, wanted: int
) -> tuple[Seen, Seen, float]:
    first: Seen | None = None
    memory, give_up_at = 0.0, time.monotonic() + 120
    for turn in itertools.count():
        seen = (time.perf_counter(), here.sent())
        if first is None and seen[1] > before:
            first = seen
        if first and seen[1] - before >= wanted:
            return first, seen, memory
        if turn % 20 == 0:  # looking through /proc costs more than asking
            memory = max(memory, _megabytes(processes))
        if time.monotonic() > give_up_at:
            break
        time.sleep(0.01)
    raise RuntimeError("the messages do not arrive")


def _megabytes(processes: list[psutil.Process]) -> float:
    family = [one for process in processes for one in (process, *process.children())]
    sizes = []
    for one in family:
        try:
            sizes.append(one.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
    return max(sizes, default=0) / 1_000_000


def _memory(here: Ground, rows: int) -> tuple[int, Measured]:
    """The ledger with so many rows waiting, looked at while it sends the first of them."""
    contestant = Contestant("", rows, _ledger, OURS)
    return rows, _measure(here, contestant, stop_after=10_000)
