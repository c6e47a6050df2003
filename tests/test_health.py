"""`/healthz` says alive, `/readyz` names what is down."""

import resource
from contextlib import contextmanager

import pytest
from redis import Redis
from sqlalchemy import event

from gateway.settings import Settings
from tests.service import DEAD_REDIS, Clock, composed
from tests.worker.processes import Processes, until

NOWHERE = "sqlite:////not/there/gateway.sqlite"


@pytest.fixture
def processes(sqlite_url, redis_url, tmp_path):
    processes = Processes({"DATABASE_URL": sqlite_url, "REDIS_URL": redis_url}, tmp_path / "log")
    yield processes
    processes.close()


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


def test_everything_is_ready_once_a_worker_and_a_scheduler_are_at_work(ask, processes):
    processes.start("worker")
    processes.start("worker", "cron")
    parts = "database", "schema", "redis", "workers", "scheduler", "clock", "queue", "sending"
    until(lambda: ask("/readyz") == (200, {"ready": True, **dict.fromkeys(parts, "ok")}))


@pytest.mark.parametrize(
    ("settings", "down"),
    [
        ({}, {"workers", "scheduler"}),
        ({"redis_url": DEAD_REDIS}, {"redis", "workers", "scheduler"}),
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
    assert {part for part, state in said.items() if state == "down"} == down
    unknown = {"schema", "scheduler", "clock", "queue", "sending"} if "database" in down else set()
    assert {part for part, state in said.items() if state == "unknown"} == unknown
    assert ask("/healthz", **settings) == (200, {"status": "alive"})


def test_a_killed_worker_is_missed_at_once_and_an_emptied_redis_hides_none(
    workers, processes, redis_client: Redis
):
    worker = processes.start("worker")
    until(lambda: workers() == "ok")
    redis_client.flushall()
    assert workers() == "ok"
    processes.kill(worker)
    until(lambda: workers() == "down", seconds=5)


def test_one_application_sees_a_database_come_back(tmp_path, redis_url):
    url = f"sqlite:///{tmp_path}/later/gateway.sqlite"
    with composed(Settings(database_url=url, redis_url=redis_url), Clock()) as app:
        probe = app.test_client()
        assert probe.get("/readyz").get_json()["database"] == "down"
        (tmp_path / "later").mkdir()
        assert probe.get("/readyz").get_json()["database"] == "ok"


def test_a_disk_that_is_full_is_named_although_everything_can_be_read(service, no_room):
    client = service.app.test_client()
    assert client.get("/readyz").get_json()["database"] == "ok"
    with no_room():
        assert client.get("/readyz").get_json()["database"] == "read_only"
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json()["database"] == "ok"


@pytest.fixture
def no_room():
    """No file of this process can grow: what the system calls then is not ENOSPC, but SQLite
    takes it the same way.
    """

    @contextmanager
    def no_room():
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return no_room


def test_a_standby_or_a_read_only_role_is_named(postgresql, redis_url):
    url = str(postgresql.engine.url).replace("+psycopg", "")
    with composed(Settings(database_url=url, redis_url=redis_url), Clock()) as app:
        client = app.test_client()
        assert client.get("/readyz").get_json()["database"] == "ok"
        event.listen(
            app.extensions["ports"].database.engine,
            "begin",
            lambda connection: connection.exec_driver_sql("set transaction read only"),
        )
        assert client.get("/readyz").get_json()["database"] == "read_only"


def test_a_migration_at_work_is_no_fault(postgresql, redis_url):
    url = str(postgresql.engine.url).replace("+psycopg", "")
    settings = Settings(database_url=url, redis_url=redis_url)
    with composed(settings, Clock()) as app, postgresql.writing() as migrating:
        migrating.exec_driver_sql("update alembic_version set version_num = version_num")
        assert app.test_client().get("/readyz").get_json()["database"] == "ok"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_need_no_key_and_only_read(service, path):
    client = service.app.test_client()
    assert client.get(path).status_code in {200, 503}
    assert client.post(path).status_code == 405
    assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]
