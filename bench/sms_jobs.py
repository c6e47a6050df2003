"""What the queues that the ledger is compared with run: one SMS, or a batch, through the SDK.

`python -m bench.sms_jobs rq` is an RQ worker, forking as ours does, modules imported before.
"""

import os
import sys
from uuid import UUID

from celery import Celery
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from gateway.providers.africastalking.sms import AfricasTalkingSms
from gateway.providers.base import Recipient

QUEUE = "bench"
TEXT = "Grant money 300.000 kip on 27/11 at Ban Phonkeo. Bring your card."
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

provider = AfricasTalkingSms(
    "sandbox", "demo-api-key", os.environ.get("AT_BASE_URL", "http://127.0.0.1:1")
)
celery = Celery("bench", broker=REDIS)
celery.conf.task_ignore_result = True


def send_batch(numbers: list[str]) -> None:
    results = provider.send(TEXT, [Recipient(UUID(int=0), number) for number in numbers])
    if any(result.outcome != "accepted" for result in results):
        raise RuntimeError("not accepted")


def send_one(number: str) -> None:
    send_batch([number])


celery.task(name="send_one")(send_one)


def rq_queue() -> Queue:
    return Queue(QUEUE, connection=Redis.from_url(REDIS), serializer=JSONSerializer)


if __name__ == "__main__":
    sys.modules["bench.sms_jobs"] = sys.modules["__main__"]
    queue = rq_queue()
    worker = Worker([queue], connection=queue.connection, serializer=JSONSerializer)
    worker.work(logging_level="ERROR")
