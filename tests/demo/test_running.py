"""`make run`, for real: what is up, what comes back when it is killed, what the commands see."""

import os
import signal

import pytest
import requests

from gateway.catalogues import load_gettext
from tests.worker.floor import until


def test_the_first_screen_is_lao(demo):
    heading = load_gettext()["lo"]("Mother-child money")
    assert demo.dial().startswith(f"CON {heading}\n")
    assert demo.dial(text="2").startswith("CON ")


def test_the_phone_page_dials_through_the_operator(demo):
    assert requests.get(f"{demo.url}/phone/", timeout=10).ok
    dial = {"msisdn": "+8562055500003", "code": "*123#"}
    answer = requests.post(f"{demo.url}/phone/dial", json=dial, timeout=10)
    assert load_gettext()["lo"]("Mother-child money") in answer.json()["body"]


def test_it_says_where_to_look(demo):
    assert f"{demo.url}/phone/" in demo.terminal
    assert f"{demo.url}/readyz" in demo.terminal


def test_the_commands_work_on_the_same_data(demo, checkout):
    listed = checkout.run("flask", "beneficiaries", "unreachable")
    assert listed.returncode == 0, listed.stderr
    assert len(listed.stdout.splitlines()) > 1


def test_a_setting_that_is_wrong_stops_a_command_with_one_sentence(demo, checkout):
    failed = checkout.run("flask", "menus", "check", QUIET_HOURS="always")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "QUIET_HOURS must look like 19:00-08:00, or be empty for none.\n"


def test_a_second_demo_on_the_same_port_says_so_and_leaves_the_first_alone(demo, checkout):
    before = (demo.folder / "var" / "demo.json").read_text()
    failed = checkout.run("gateway.demo")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == f"PORT={checkout.port} is taken: something else listens there.\n"
    assert (demo.folder / "var" / "demo.json").read_text() == before
    assert demo.is_ready()


@pytest.mark.parametrize(
    "pattern", ["-m worker$", "-m worker cron$", "-m gateway.simulator", "-m granian", "^\\S*valkey"]
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
    """Ports of the supervisor, of Redis and of the simulator: this machine only."""
    ours = _inodes(demo.pids())
    assert ours & set(_listening("tcp")) == ours & {
        inode for inode, address in _listening("tcp").items() if address == "127.0.0.1"
    }
    assert not ours & set(_listening("udp"))


def _inodes(pids) -> set[str]:
    """Sockets of the processes."""
    found = set()
    for pid in pids:
        for entry in os.scandir(f"/proc/{pid}/fd"):
            target = os.readlink(entry.path)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def _listening(protocol: str) -> dict[str, str]:
    """{inode: address} of the sockets of this machine that wait for others, IPv4."""
    waiting = {"tcp": "0A", "udp": "07"}[protocol]
    with open(f"/proc/net/{protocol}") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return {
        row[9]: ".".join(str(byte) for byte in reversed(bytes.fromhex(row[1].split(":")[0])))
        for row in rows
        if row[3] == waiting
    }
