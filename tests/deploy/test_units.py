"""deploy's systemd units, the users they name, the command that reads the service's settings."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from gateway.demo.environment import with_demo_defaults
from gateway.settings import SettingsError
from tests.worker.processes import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
OURS = sorted(DEPLOY.glob("gateway-*.service"))


def lines(unit: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in unit.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def recorded(folder: Path, *arguments: str, **environ: str) -> list[str]:
    """What /usr/local/bin/gateway asks of systemd-run."""
    recorder = folder / "systemd-run"
    recorder.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    recorder.chmod(0o755)
    done = subprocess.run(  # noqa: S603 - our own
        [DEPLOY / "gateway", *arguments],
        env={"PATH": f"{folder}:/usr/bin:/bin", **environ}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_names_no_folder_that_nobody_makes(unit: Path):
    """With a folder that does not exist systemd does not even start the process."""
    assert not {"ReadWritePaths", "ReadOnlyPaths", "BindPaths"} & set(lines(unit))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_units_user_and_group_are_made_by_a_file_beside_it(unit: Path):
    (user,) = lines(unit)["User"]
    (group,) = lines(unit)["Group"]
    made = (DEPLOY / f"{user}.sysusers").read_text().splitlines()
    kinds = {line.split()[0]: line.split()[1] for line in made if line[:1] in {"u", "g"}}
    assert kinds["u"] == user
    assert kinds.get("g", user) == group  # `u` makes a group of its name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path):
    text = unit.read_text()
    for program in set(re.findall(r"^Exec\w+=[-+@!:]*(/[^\s]+)", text, re.MULTILINE)):
        stand_in = tmp_path / program.rpartition("/")[2]
        stand_in.touch()
        stand_in.chmod(0o755)
        text = text.replace(program, str(stand_in))
    copy = tmp_path / unit.name.replace("@.", "@1.")
    copy.write_text(text)
    checked = subprocess.run(  # noqa: S603 - systemd's own
        ["systemd-analyze", "verify", "--recursive-errors=no", str(copy)],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("unit", OURS, ids=lambda unit: unit.name)
def test_a_process_of_the_gateway_may_do_little(unit: Path):
    """Of what systemd can take away from a service, next to everything is: 1.5 of 10 are left."""
    judged = subprocess.run(  # noqa: S603 - systemd's own
        ["systemd-analyze", "security", "--offline=true", "--threshold=16", str(unit)],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout


def test_the_command_takes_a_release_that_is_not_in_use_yet(tmp_path: Path):
    said = recorded(tmp_path, "db", "upgrade", RELEASE="/srv/gateway-0.2.0")
    assert said[-3:] == ["/srv/gateway-0.2.0/.venv/bin/flask", "db", "upgrade"]
    assert "--working-directory=/srv/gateway-0.2.0" in said


def test_the_command_runs_flask_as_the_service_with_its_settings(tmp_path: Path):
    """systemd reads /etc/gateway.env as it does for the units; a shell would read it otherwise."""
    said = recorded(tmp_path, "staff", "add", "a b@example.la", "--role", "admin")
    at = said.index("/srv/gateway/.venv/bin/flask")
    assert said[at + 1 :] == ["staff", "add", "a b@example.la", "--role", "admin"]
    assert {
        "--uid=gateway",
        "--property=EnvironmentFile=/etc/gateway.env",
        "--setenv=GATEWAY_ENV=production",
    } <= set(said[:at])
    assert (DEPLOY / "gateway").stat().st_mode & stat.S_IXUSR


def test_where_the_service_is_installed_nothing_starts_as_a_demo_by_mistake(tmp_path: Path):
    installed = tmp_path / "gateway.env"
    assert with_demo_defaults({}, tmp_path / "demo.json", installed) == {}
    installed.touch()
    with pytest.raises(SettingsError, match="GATEWAY_ENV"):
        with_demo_defaults({}, tmp_path / "demo.json", installed)
    for chosen in ("demo", "production"):
        environ = {"GATEWAY_ENV": chosen}
        assert with_demo_defaults(environ, tmp_path / "demo.json", installed) == environ
