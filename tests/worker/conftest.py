"""The whole sending side as processes, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.processes import Operator, Processes, start_operator, start_web


@pytest.fixture
def processes(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Processes]:
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "QUIET_HOURS": "",
        "SWEEP_SECONDS": "1",
        "CLAIM_LEASE_SECONDS": "8",
        "UNKNOWN_WAIT_SECONDS": "4",
    }
    processes = Processes(environ, tmp_path / "processes.log")
    yield processes
    processes.close()


@pytest.fixture
def operator(processes: Processes) -> Operator:
    operator = start_operator(processes, start_web(processes))
    processes.environ = {**processes.environ, "AT_BASE_URL": operator.url}
    return operator
