"""The whole sending side as processes, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.floor import Floor, Operator, start_operator, start_web


@pytest.fixture
def floor(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Floor]:
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "QUIET_HOURS": "",
        "SWEEP_SECONDS": "1",
        "CLAIM_LEASE_SECONDS": "8",
        "UNKNOWN_WAIT_SECONDS": "4",
    }
    floor = Floor(environ, tmp_path / "processes.log")
    yield floor
    floor.close()


@pytest.fixture
def operator(floor: Floor) -> Operator:
    operator = start_operator(floor, start_web(floor))
    floor.environ = {**floor.environ, "AT_BASE_URL": operator.url}
    return operator
