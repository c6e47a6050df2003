"""`/healthz` says alive, `/readyz` names what is down."""

import pytest
from redis import Redis

from gateway.settings import Settings
from tests.service import DEAD_REDIS, Clock, composed
from tests.worker.floor import Floor, until

NOWHERE = "sqlite:////not/there/gateway.sqlite"


@pytest.fixture
def floor(sqlite_url, redis_url, tmp_path):
    floor = Floor({"DATABASE_URL": sqlite_url, "REDIS_URL": redis_url}, tmp_path / "log")
    yield floor
    floor.close()


@pytest.fixture
def ask(sqlite_url, redis_url):
    """(status, JSON) of a probe of an application with these settings."""

    def ask(path, **settings):
        given = {"database_url": sqlite_url, "redis_url": redis_url} | settings
        with composed(Settings(**given), Clock()) as app:
            answer = app.test_client().get(path)
        return answer.status_code, answer.get_json()

    return ask


@pytest.fixture
def workers(sqlite_url, redis_url):
    """What one application says of the workers, time and again."""
    settings = Settings(database_url=sqlite_url, redis_url=redis_url)
    with composed(settings, Clock()) as app:
        yield lambda: app.test_client().get("/readyz").get_json()["workers"]


def test_everything_is_ready_once_a_worker_listens(ask, workers, floor):
    floor.start("worker")
    until(lambda: workers() == "ok")
    ready = {"ready": True, "database": "ok", "redis": "ok", "workers": "ok"}
    assert ask("/readyz") == (200, ready)


@pytest.mark.parametrize(
    ("settings", "down"),
    [
        ({}, {"workers"}),
        ({"redis_url": DEAD_REDIS}, {"redis", "workers"}),
        ({"database_url": NOWHERE}, {"database", "workers"}),
        ({"database_url": "postgresql://127.0.0.1:1/x"}, {"database", "workers"}),
        ({"database_url": NOWHERE, "redis_url": DEAD_REDIS}, {"database", "redis", "workers"}),
    ],
    ids=["no worker", "no Redis", "no database", "no PostgreSQL", "nothing at all"],
)
def test_what_is_down_is_named_and_the_process_is_alive_all_the_same(ask, settings, down):
    status, said = ask("/readyz", **settings)
    assert status == 503
    assert said.pop("ready") is False
    assert {part for part, state in said.items() if state != "ok"} == down
    assert {said[part] for part in down} == {"down"}
    assert ask("/healthz", **settings) == (200, {"status": "alive"})


def test_a_killed_worker_is_missed_at_once_and_an_emptied_redis_hides_none(
    workers, floor, redis_client: Redis
):
    worker = floor.start("worker")
    until(lambda: workers() == "ok")
    redis_client.flushall()
    assert workers() == "ok"
    floor.kill(worker)
    until(lambda: workers() == "down", seconds=5)


def test_one_application_sees_a_database_come_back(tmp_path, redis_url):
    url = f"sqlite:///{tmp_path}/later/gateway.sqlite"
    with composed(Settings(database_url=url, redis_url=redis_url), Clock()) as app:
        probe = app.test_client()
        assert probe.get("/readyz").get_json()["database"] == "down"
        (tmp_path / "later").mkdir()
        assert probe.get("/readyz").get_json()["database"] == "ok"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_need_no_key_and_only_read(service, path):
    client = service.app.test_client()
    assert client.get(path).status_code in {200, 503}
    assert client.post(path).status_code == 405
    assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
