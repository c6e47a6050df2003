"""The whole service for a test: its own database with the demo's registry, a real Valkey, a clock.

`demo_service` is the gateway as an operator meets it; `phone` a handset on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from redis import Redis

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from wsgi import compose

TODAY = date(2026, 11, 24)
DEAD_REDIS = "redis://127.0.0.1:1/0"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # nine in the morning in Vientiane

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Service:
    """An application, the database behind it, and its clock."""

    def __init__(self, app: Flask, database: Database, clock: Clock, redis: Redis | None) -> None:
        self.app = app
        self.database = database
        self.clock = clock
        self._redis = redis

    def flush_redis(self) -> None:
        if self._redis is not None:
            self._redis.flushdb()

    def post(self, path: str, form=None, *, key: str = "demo", headers=None):
        return self.app.test_client().post(
            f"/callbacks/africastalking/{path}?key={key}", data=form, headers=headers
        )


@pytest.fixture
def demo_registry(sqlite_url: str) -> Iterator[Database]:
    """The demo's registry as of a fixed day."""
    database = Database(sqlite_url)
    load_demo(database, secret=Settings().secret_key.encode(), on=TODAY)
    yield database
    database.dispose()


@pytest.fixture
def service(
    demo_registry: Database, sqlite_url: str, redis_url: str, redis_client: Redis
) -> Iterator[Service]:
    clock = Clock()
    settings = Settings(database_url=sqlite_url, redis_url=redis_url)
    with composed(settings, clock) as app:
        yield Service(app, demo_registry, clock, redis_client)


@pytest.fixture
def service_without_redis(demo_registry: Database, sqlite_url: str) -> Iterator[Service]:
    clock = Clock()
    settings = Settings(database_url=sqlite_url, redis_url=DEAD_REDIS)
    with composed(settings, clock) as app:
        yield Service(app, demo_registry, clock, None)


@contextmanager
def composed(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = compose(settings, clock)
    yield app
    app.extensions["close"]()
