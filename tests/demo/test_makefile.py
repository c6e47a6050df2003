"""The first thing a newcomer types, with a Python that is too old, and after it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.worker.processes import ROOT

# Stand-ins: what counts is what make asks them, and what it does with the answer.
OLD = '#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.10.12"\nexit 1\n'
BREAKS_OFF = (
    '#!/bin/sh\n[ "$1" = -m ] || exit 0\nmkdir -p "$3/bin"\necho "no ensurepip" >&2\nexit 1\n'
)
GOOD = (
    '#!/bin/sh\n[ "$1" = -m ] || exit 0\nmkdir -p "$3/bin"\n'
    'printf "#!/bin/sh\\nexit 0\\n" >"$3/bin/python"\nchmod +x "$3/bin/python"\n'
)

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name, script in {"old": OLD, "breaks_off": BREAKS_OFF, "good": GOOD}.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own Makefile
        ["make", ".venv/.python", f"PYTHON=./{python}"],  # noqa: S607 - whichever make there is
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_python_that_is_too_old_is_named_and_leaves_nothing(folder: Path):
    failed = make(folder, "old")

    assert failed.returncode != 0
    assert "Python 3.11 or newer is needed" in failed.stdout
    assert "./old is: Python 3.10.12" in failed.stdout
    assert not (folder / ".venv").exists()


def test_an_environment_that_was_not_finished_is_taken_away(folder: Path):
    failed = make(folder, "breaks_off")

    assert failed.returncode != 0
    assert "no ensurepip" in failed.stderr
    assert not (folder / ".venv").exists()


def test_what_an_older_python_has_left_is_made_anew(folder: Path):
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text(OLD)
    (folder / ".venv" / "bin" / "python").chmod(0o755)

    assert make(folder, "good").returncode == 0

    assert (folder / ".venv" / "bin" / "python").read_text() != OLD
    assert (folder / ".venv" / ".python").exists()


def test_an_environment_that_works_is_kept(folder: Path):
    make(folder, "good")
    (folder / ".venv" / "mine").touch()
    (folder / ".venv" / ".python").unlink()  # as made before there was this stamp

    assert make(folder, "good").returncode == 0

    assert (folder / ".venv" / "mine").exists()
