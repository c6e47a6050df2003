"""The machine: room on its disks, the folder of metrics, whether its clock is kept right."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from gateway.backups.making import path_of
from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, fault, warning

STATE = Path("/var/lib/gateway")
METRICS = "PROMETHEUS_MULTIPROC_DIR"
_MB = 1 << 20
LEAST, LITTLE = 100 * _MB, 1024 * _MB


def disk(installation: Installation) -> Iterator[Finding]:
    sqlite = path_of(installation.settings.database_url)
    folders = {
        "the service's files": STATE,
        "the database's file": sqlite.parent if sqlite else None,
        "imports and downloads": Path(os.environ.get("TMPDIR", "/tmp")),  # noqa: S108 - its room only
        "metrics": _metrics(installation),
    }
    for what, folder in folders.items():
        if folder is None or not folder.is_dir():
            continue
        free = shutil.disk_usage(folder).free
        if free < LEAST:
            yield fault(
                f"{folder} ({what}) has {free // _MB} MB left: files are refused, and a database "
                "there stops.",
                "Make room: old backups, logs (journalctl --vacuum-size=500M).",
            )
        elif free < LITTLE:
            yield warning(
                f"{folder} ({what}) has {free // _MB} MB left.",
                "Make room before it is needed: old backups, logs.",
            )


def metrics(installation: Installation) -> Iterator[Finding]:
    folder = _metrics(installation)
    if folder is not None and not (folder.is_dir() and os.access(folder, os.W_OK)):
        yield fault(
            f"{METRICS} is {folder}, where this user cannot write: no process starts.",
            "Let the unit make it (RuntimeDirectory=gateway), or make it and give it to the user.",
        )


def _metrics(installation: Installation) -> Path | None:
    named = installation.environ.get(METRICS)
    return Path(named) if named else None


def ntp(_installation: Installation) -> Iterator[Finding]:
    """Containers have no timedatectl; there the host has to."""
    program = shutil.which("timedatectl")
    if program is None or not Path("/run/systemd/system").is_dir():
        return
    asked = [program, "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=3, check=False)  # noqa: S603 - systemd's
    if said.stdout.strip() == "no":
        yield warning(
            "Nobody keeps this machine's clock right.",
            "apt-get install chrony (or systemd-timesyncd), and let UDP 123 out.",
        )
