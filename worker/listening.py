"""An RQ worker that outlives its Redis: it listens while there is one, and where it is lost looks
into the ledger by itself until there is one again.

RQ's own would wait up to a minute between two tries, seven for a network that swallows everything,
and leave where it is lost between two jobs.
"""

import logging
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event
from types import FrameType
from typing import Any, cast

from redis import Redis, RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.utils import now

from gateway.health.processes import Kind
from gateway.logs import where
from gateway.messaging.wakeups import JOB_SECONDS, QUEUE, WEBHOOKS_QUEUE, Wakeups
from worker.alive import Alive
from worker.assembly import ANSWER_SECONDS, Assembly
from worker.jobs import look_for_webhooks, look_into_ledger

LISTEN_SECONDS = 2
LOOK_SECONDS = 2.0  # between two looks into the ledger
WATCH_SECONDS = 5  # between two looks at a job at work
RETRY_SECONDS = 2.0  # of the thread that listens for commands

FORK = multiprocessing.get_context("fork")

logger = logging.getLogger(__name__)


class RedisLost(StopRequested):
    """Ends RQ's loop as a request to stop does, without a word of its own."""


@contextmanager
def _or_lost() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise RedisLost from error


class LedgerQueue(Queue):
    """Says at once that Redis is lost, and leaves waiting to its worker."""

    @classmethod
    def dequeue_any(cls, *arguments: Any, **named: Any) -> Any:
        with _or_lost():
            return super().dequeue_any(*arguments, **named)


class LedgerWorker(Worker):
    """Ends its loop where Redis is lost, but never leaves a job that it has forked.

    One queue a worker: RQ loses the job of a worker that is killed while it waits on several.
    """

    def __init__(self, client: Redis, stop: Event, alive: Alive, queue_name: str = QUEUE) -> None:
        self._told_to_stop = stop
        self._alive = alive
        queue = LedgerQueue(queue_name, connection=client, serializer=JSONSerializer)
        super().__init__(
            [queue],
            name=alive.name(),
            connection=client,
            job_monitoring_interval=WATCH_SECONDS,
            queue_class=LedgerQueue,
            serializer=JSONSerializer,
            log_job_description=False,
        )

    @property
    def dequeue_timeout(self) -> int:
        return LISTEN_SECONDS

    @property
    def connection_timeout(self) -> int:
        return int(ANSWER_SECONDS)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self._told_to_stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def set_shutdown_requested_date(self) -> None:
        with suppress(RedisError):
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]

    def check_for_suspension(self, burst: bool) -> None:
        with _or_lost():
            super().check_for_suspension(burst)

    def dequeue_job_and_maintain_ttl(self, *arguments: Any, **named: Any) -> Any:
        with _or_lost():
            return super().dequeue_job_and_maintain_ttl(*arguments, **named)

    def execute_job(self, job: Any, queue: Queue) -> None:
        with _or_lost():
            super().execute_job(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        if not self.is_horse:
            self._alive.say()
        try:
            super().heartbeat(timeout, pipeline)
        except RedisError as error:
            if not self.horse_pid:
                raise RedisLost from error

    def maintain_heartbeats(self, job: Any, execution: Any) -> None:
        """The job is at work without Redis too: it is waited for."""
        self._alive.say(busy_seconds=_left(job))
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def unsubscribe(self) -> None:
        """Whether Redis is there or not, its thread ends."""
        thread, pubsub = cast("Any", self.pubsub_thread), self.pubsub
        if thread is None or pubsub is None:
            return
        thread.stop()
        with suppress(RedisError):
            pubsub.close()
        thread.join(timeout=1)

    def teardown(self) -> None:
        if self.is_horse:
            return
        self.unsubscribe()
        if self._told_to_stop.is_set():
            with suppress(RedisError):
                self.register_death()  # type: ignore[no-untyped-call]

    def _pubsub_exception_handler(self, *_error: Any) -> None:
        time.sleep(RETRY_SECONDS)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a worker is for: the jobs it waits for, and what it does of them without Redis."""

    kind: Kind
    queue: str
    look: Callable[[Assembly], None]
    wake: Callable[[Wakeups], None]  # what may have gone with Redis


def _wake_dispatch(wakeups: Wakeups) -> None:
    wakeups.dispatch(at_most=wakeups.workers())


LEDGER = Duty("worker", QUEUE, look_into_ledger, _wake_dispatch)
WEBHOOKS = Duty("webhooks", WEBHOOKS_QUEUE, look_for_webhooks, Wakeups.deliver_webhooks)


def work(assembly: Assembly, duty: Duty = LEDGER) -> None:
    """Until told to stop."""
    stop = Event()
    alive = Alive(assembly, duty.kind)
    alive.say()
    # One that comes just when RQ has left.
    with suppress(StopRequested):
        while not stop.is_set():
            _listen(assembly, stop, alive, duty)
            _stop_by_signal(stop)
            if not stop.is_set():
                _stand_in(assembly, stop, alive, duty)
    alive.end()


def _listen(assembly: Assembly, stop: Event, alive: Alive, duty: Duty) -> None:
    """Does RQ's jobs, until told to stop or until Redis is lost."""
    worker = None
    try:
        worker = LedgerWorker(assembly.redis, stop, alive, duty.queue)
        worker.work(logging_level="WARNING", with_scheduler=False)
    except RedisError:
        if worker is not None:
            worker.unsubscribe()


def _stand_in(assembly: Assembly, stop: Event, alive: Alive, duty: Duty) -> None:
    """Looks into the ledger at least once, and until Redis answers again."""
    logger.warning("redis is lost: this worker looks into the ledger by itself")
    while True:
        _look(assembly, alive, duty)
        if stop.wait(LOOK_SECONDS) or _answers(assembly.quick_redis):
            break
    if not stop.is_set():
        logger.warning("redis is back: this worker listens again")
        # A job may have gone with it: the sweeper would notice, some time later.
        duty.wake(assembly.wakeups)


def _look(assembly: Assembly, alive: Alive, duty: Duty) -> None:
    """In a process of its own, as a job is: the parent opens no connection for a fork to share."""
    child = FORK.Process(target=_look_in_child, args=(assembly, duty))
    child.start()
    ends_at = time.monotonic() + JOB_SECONDS
    while child.is_alive() and (left := ends_at - time.monotonic()) > 0:
        alive.say(busy_seconds=left)
        child.join(min(left, WATCH_SECONDS))
    if child.is_alive():
        child.kill()
        child.join()


def _look_in_child(assembly: Assembly, duty: Duty) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        duty.look(assembly)
    except Exception as error:
        logger.error("ledger not looked into: %s", where(error))  # noqa: TRY400 - as said there


def _left(job: Any) -> float:
    """Seconds that it may still take."""
    worked = (now() - job.started_at).total_seconds() if job.started_at else 0.0
    return float(job.timeout - worked)


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def _stop_by_signal(stop: Event) -> None:
    def leave(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
