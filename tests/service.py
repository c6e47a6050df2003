"""The whole service for a test: its own database with the demo's registry, a real Valkey, a clock.

`service` is the gateway as an operator meets it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
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


@pytest.fixture(scope="session")
def _demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's registry as of a fixed day, loaded once."""
    file = tmp_path_factory.mktemp("demo") / "gateway.sqlite"
    upgrade(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    load_demo(database, secret=Settings().secret_key.encode(), on=TODAY)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # all of it into the one file that is copied
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return file


@pytest.fixture
def demo_registry(_demo_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of the demo's registry for this test alone."""
    file = shutil.copy(_demo_file, tmp_path / "service.sqlite")
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def service(demo_registry: Database, redis_url: str, redis_client: Redis) -> Iterator[Service]:
    clock = Clock()
    settings = Settings(database_url=str(demo_registry.engine.url), redis_url=redis_url)
    with composed(settings, clock) as app:
        yield Service(app, demo_registry, clock, redis_client)


@pytest.fixture
def service_without_redis(demo_registry: Database) -> Iterator[Service]:
    clock = Clock()
    settings = Settings(database_url=str(demo_registry.engine.url), redis_url=DEAD_REDIS)
    with composed(settings, clock) as app:
        yield Service(app, demo_registry, clock, None)


@contextmanager
def composed(settings: Settings, clock: Clock) -> Iterator[Flask]:
    app = compose(settings, clock)
    yield app
    app.extensions["close"]()
