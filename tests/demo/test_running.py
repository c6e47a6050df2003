"""`make run`, for real: what is up, what comes back when it is killed, what the commands see."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from gateway.catalogues import load_gettext
from tests.keys import PAYDAY
from tests.ports import free_port
from tests.worker.processes import until

pytestmark = pytest.mark.long


def test_the_first_screen_is_lao(demo):
    heading = load_gettext()["lo"]("Mother-child money")
    assert demo.dial().startswith(f"CON {heading}\n")
    assert demo.dial(text=PAYDAY).startswith("CON ")


def test_the_phone_page_dials_through_the_operator(demo):
    assert requests.get(f"{demo.url}/phone/", timeout=10).ok
    dial = {"msisdn": "+8562055500003", "code": "*123#"}
    answer = requests.post(f"{demo.url}/phone/dial", json=dial, timeout=10)
    assert load_gettext()["lo"]("Mother-child money") in answer.json()["body"]


def test_it_says_where_to_look(demo):
    assert f"{demo.url}/phone/" in demo.terminal
    assert f"{demo.url}/readyz" in demo.terminal


@pytest.mark.usefixtures("demo")
def test_the_commands_work_on_the_same_data(checkout):
    listed = checkout.run("flask", "beneficiaries", "unreachable")
    assert listed.returncode == 0, listed.stderr
    assert len(listed.stdout.splitlines()) > 1


@pytest.mark.usefixtures("demo")
def test_a_setting_that_is_wrong_stops_a_command_with_one_sentence(checkout):
    failed = checkout.run("flask", "menus", "check", QUIET_HOURS="always")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "QUIET_HOURS must look like 19:00-08:00, or be empty for none.\n"


@pytest.mark.parametrize("port", ["the same", "another"])
def test_a_second_demo_says_where_the_first_runs_and_leaves_it_alone(demo, checkout, port):
    before = (demo.folder / "var" / "demo.json").read_text()
    given = {"PORT": str(free_port())} if port == "another" else {}
    failed = checkout.run("gateway.demo", **given)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == f"A demo of this checkout is running already: {demo.url}/\n"
    assert (demo.folder / "var" / "demo.json").read_text() == before
    assert demo.is_ready()


@pytest.mark.parametrize(
    "pattern",
    ["-m worker$", "-m worker cron$", "-m gateway.simulator", "-m granian", "^\\S*valkey"],
)
def test_what_is_killed_comes_back_and_leaves_nothing_behind(demo, pattern):
    pid = demo.pid_of(pattern)
    family = {pid, *demo.children(pid)}
    os.kill(pid, signal.SIGKILL)
    until(lambda: demo.pid_of(pattern) not in {pid, None})
    until(lambda: demo.is_ready() and demo.answers())
    assert not family & demo.pids().keys()


def test_a_killed_process_of_the_web_server_comes_back(demo):
    web = demo.pid_of("-m granian")
    pid = min(demo.children(web))
    os.kill(pid, signal.SIGKILL)
    until(lambda: len(demo.children(web).keys() - {pid}) == 2)
    until(demo.answers)


def test_nothing_of_it_listens_to_the_outside(demo):
    ours = _sockets_of(demo.pids())
    addresses = {row[1].split(":")[0] for row in _waiting("tcp", "0A") if row[9] in ours}
    assert addresses == {"0100007F"}  # 127.0.0.1
    assert not [row for row in _waiting("udp", "07") if row[9] in ours]


def _sockets_of(pids) -> set[str]:
    found = set()
    for link in (link for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(link.readlink()).removeprefix("socket:[").rstrip("]"))
    return found


def _waiting(protocol: str, state: str) -> list[list[str]]:
    """Rows of this machine's IPv4 sockets in `state`: [1] is the address, [9] the inode."""
    lines = Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]
    return [row for row in map(str.split, lines) if row[3] == state]
