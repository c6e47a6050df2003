"""Containers of one image, as an administrator runs them: read-only, without any privilege."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

USER = 10001
HARDENED = (
    "--read-only", "--read-only-tmpfs=false", "--tmpfs=/tmp",
    "--cap-drop=all", "--security-opt=no-new-privileges",
)  # fmt: skip
GRACE_SECONDS = 30


@dataclass
class Engine:
    """podman with a store of its own, which holds nothing at first and is gone at the end."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="image-")))

    def run(
        self, *arguments: str, check: bool = True, given: IO[bytes] | None = None
    ) -> subprocess.CompletedProcess[str]:
        own = (f"--root={self.folder}/graph", f"--runroot={self.folder}/run")
        done = subprocess.run(  # noqa: S603 - podman
            ["podman", *own, *arguments],  # noqa: S607 - wherever it is
            stdin=given, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"podman {arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done

    def load(self, archive: Path) -> str:
        """The image's name."""
        with subprocess.Popen(  # noqa: S603 - Debian's
            ["/usr/bin/gunzip", "--stdout", str(archive)], stdout=subprocess.PIPE
        ) as unpacked:
            said = self.run("load", given=unpacked.stdout).stdout
        return said.strip().rpartition(": ")[2]

    def inspect(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("inspect", name).stdout)[0]
        return found

    def close(self) -> None:
        self.run("rm", "--all", "--force", "--time=0", check=False)
        self.run("image", "rm", "--all", "--force", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Gateway:
    """Containers of `image`, all with the settings `environ` and the files of `secrets`."""

    engine: Engine
    image: str
    environ: Mapping[str, str]
    secrets: Path

    def start(self, name: str, *command: str, **more: str) -> None:
        self.engine.run("run", "--detach", f"--name={name}", *self._options(more), *command)

    def finish(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs `command` to its end, whatever its exit code."""
        return self.engine.run("run", "--rm", *self._options(more), *command, check=False)

    def _options(self, more: Mapping[str, str]) -> tuple[str, ...]:
        settings = [f"--env={name}={value}" for name, value in {**self.environ, **more}.items()]
        # The machine's own network: another would leave rules of the packet filter behind.
        return (
            "--network=host", *HARDENED, *settings,
            f"--volume={self.secrets}:/run/secrets:ro", self.image,
        )  # fmt: skip

    def inside(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        return self.engine.run("exec", name, *command, check=False)

    def stop(self, name: str) -> float:
        """Seconds until it had ended by itself; fails where it had to be killed."""
        began = time.monotonic()
        self.engine.run("stop", f"--time={GRACE_SECONDS}", name)
        taken = time.monotonic() - began
        code = self.engine.inspect(name)["State"]["ExitCode"]
        assert code in {0, 143}, f"{name} ended with {code}:\n{self.log(name)}"
        self.engine.run("rm", name)
        return taken

    def log(self, name: str) -> str:
        said = self.engine.run("logs", name, check=False)
        return (said.stdout + said.stderr)[-4000:]
