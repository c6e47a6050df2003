"""Waking the workers: the ledger is the queue, a job in Redis only says that there is something.

Jobs are named by dotted name and carry ids as JSON. Losing one loses nothing: the sweeper looks
into the ledger and wakes the workers again. So no failure of Redis is an error here.
"""

import logging
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

QUEUE = "gateway"
WEBHOOKS_QUEUE = "webhooks"  # of workers of its own: a slow receiver holds up no SMS
DISPATCH = "worker.jobs.dispatch"
EXPAND_BROADCAST = "worker.jobs.expand_broadcast"
PREVIEW_BROADCAST = "worker.jobs.preview_broadcast"
RUN_IMPORT = "worker.jobs.run_import"
RUN_CONNECTION = "worker.jobs.run_connection"
WORK_ON_DCI = "worker.jobs.work_on_dci"
DELIVER_WEBHOOKS = "worker.jobs.deliver_webhooks"
JOB_SECONDS = 180
IMPORT_SECONDS = 2400  # a file is given up after 1800: gateway.uploads.running
KEEP_FAILED_SECONDS = 86400

logger = logging.getLogger(__name__)


class Wakeups:
    """Enqueues the worker's jobs."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)
        self._webhooks = Queue(WEBHOOKS_QUEUE, connection=client, serializer=JSONSerializer)

    def dispatch(self, *, at_most: int = 1) -> None:
        """Wakes workers to send what is due, unless `at_most` wake-ups are waiting already.

        A waiting job will see whatever is committed by now: more of them would find nothing.
        """
        try:
            for _ in range(at_most - len(self._queue)):
                self._enqueue(DISPATCH)
        except RedisError:
            logger.warning("redis is away: the sweeper will wake the workers")

    def expand_broadcast(self, broadcast_id: UUID) -> None:
        try:
            self._enqueue(EXPAND_BROADCAST, str(broadcast_id))
        except RedisError:
            logger.warning("redis is away: the sweeper will wake the workers")

    def run_import(self, import_id: UUID) -> None:
        try:
            self._enqueue(RUN_IMPORT, str(import_id), seconds=IMPORT_SECONDS)
        except RedisError:
            logger.warning("redis is away: the sweeper will wake the workers")

    def run_connection(self, name: str) -> None:
        try:
            self._enqueue(RUN_CONNECTION, name, seconds=IMPORT_SECONDS)
        except RedisError:
            logger.warning("redis is away: the scheduler will wake the workers")

    def work_on_dci(self) -> None:
        """Has what partners sent worked through; where Redis is away, the scheduler asks again."""
        try:
            self._enqueue(WORK_ON_DCI)
        except RedisError:
            logger.warning("redis is away: the sweeper will wake the workers")

    def preview_broadcast(self, broadcast_id: UUID) -> None:
        """Has a large broadcast counted; where Redis is away, its page offers to count it."""
        try:
            self._enqueue(PREVIEW_BROADCAST, str(broadcast_id))
        except RedisError:
            logger.warning("redis is away: the broadcast is counted when somebody asks")

    def deliver_webhooks(self) -> None:
        """Has what is due sent, unless a wake-up waits already."""
        try:
            if not len(self._webhooks):
                self._enqueue(DELIVER_WEBHOOKS, queue=self._webhooks)
        except RedisError:
            logger.warning("redis is away: workers of webhooks look by themselves")

    def workers(self) -> int:
        """How many workers listen, as far as Redis knows; at least one."""
        try:
            return max(Worker.count(queue=self._queue), 1)
        except RedisError:
            return 1

    def _enqueue(
        self, job: str, *ids: str, seconds: int = JOB_SECONDS, queue: Queue | None = None
    ) -> None:
        (self._queue if queue is None else queue).enqueue_call(
            job, args=ids, timeout=seconds, result_ttl=0, failure_ttl=KEEP_FAILED_SECONDS
        )
