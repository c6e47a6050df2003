"""PostgreSQL's own programs. A password never stands among their arguments, which all can read."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gateway.backups.faults import BackupError

PACKAGE = "install the package postgresql-client, of the server's version or newer"


@dataclass(frozen=True)
class Tools:
    """`folder`: where the programs are; None: on the PATH."""

    url: str
    folder: Path | None = None

    @property
    def conninfo(self) -> str:
        """The address without its password, in which several hosts may stand."""
        given: dict[str, Any] = conninfo_to_dict(self.url)
        given.pop("password", None)
        return make_conninfo(**given)

    @property
    def environ(self) -> dict[str, str]:
        given = conninfo_to_dict(self.url)
        password = {"PGPASSWORD": str(given["password"])} if given.get("password") else {}
        return {**os.environ, **password, "PGAPPNAME": "gateway backup"}

    def program(self, name: str) -> str:
        """Its path. Raises BackupError with the package that has it."""
        found = shutil.which(name, path=str(self.folder) if self.folder else None)
        if found is None:
            where = f"in {self.folder}" if self.folder else "on the PATH"
            raise BackupError(f"{name} is not {where}: {PACKAGE}, or say --tools FOLDER.")
        return found

    def run(self, name: str, *arguments: str) -> str:
        """What it prints. Raises BackupError with the last line that it said in vain."""
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own
            [self.program(name), *arguments], env=self.environ, text=True, capture_output=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            raise BackupError(f"{name}: {said(done.stderr.splitlines())}")
        return done.stdout


def said(lines: Sequence[str]) -> str:
    """The line that names the fault; what follows it (DETAIL, CONTEXT) may hold a row."""
    told = [line for line in lines if "error" in line.lower()] or [line for line in lines if line]
    return told[0] if told else "it failed without a word"
