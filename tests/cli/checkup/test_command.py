"""`flask doctor` as it is run: what it exits with, and what it says of settings that stop it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.checkup.checks import CHECKS
from gateway.cli.checkup.examining import Result
from gateway.cli.checkup.told import Told, code_of, told
from gateway.cli.doctor import doctor
from gateway.core.findings import Finding, fault, unknown, warning
from tests.cli.checkup.conftest import PAGE, STRONG

FLASK = Path(sys.executable).with_name("flask")
GOOD = {
    "GATEWAY_ENV": "production",
    "DATABASE_URL": "postgresql://gateway@127.0.0.1:1/gateway",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": str(STRONG["secret_key"]),
    "CALLBACK_KEY": "9f3b61d07ac84e25b1d60f7283ce945a",
    "AT_USERNAME": "mecg",
    "AT_API_KEY": "an-account's-key",
    "AT_BASE_URL": "http://127.0.0.1:1",
}
WELL, WARNED, BROKEN, UNSEEN = (), (warning("w", "d"),), (fault("f", "d"),), (unknown("u"),)


def run(*options: str, **environ: str) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - our own
        [FLASK, "doctor", *options],
        env={"PATH": os.environ["PATH"], **GOOD, **environ},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("found", "code", "nagios"),
    [
        ([WELL, WELL], 0, 0),
        ([WELL, WARNED], 1, 1),
        ([UNSEEN, WARNED], 1, 1),
        ([WARNED, BROKEN, UNSEEN], 1, 2),
        ([UNSEEN, WELL], 2, 3),
    ],
)
def test_exit_codes(found: list[tuple[Finding, ...]], code: int, nagios: int):
    results = [Result(f"check{number}", each) for number, each in enumerate(found)]
    assert (code_of(results), code_of(results, nagios=True)) == (code, nagios)


def test_a_monitor_reads_one_line_first():
    results = [Result("redis", BROKEN), Result("disk", WARNED), Result("texts", WELL)]
    first = told(results, Told.NAGIOS).splitlines()[0]
    assert first == "GATEWAY CRITICAL - fault: redis; warning: disk"
    assert told([Result("texts")], Told.NAGIOS).splitlines()[0] == "GATEWAY OK - all is well"


def test_each_check_is_a_command_of_its_own():
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert set(names) | {"secrets", "proxy"} == set(doctor.commands)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        pytest.param({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32", id="short"),
        pytest.param({"SECRET_KEY": "demo-secret-key"}, "SECRET_KEY still has", id="the demo's"),
        pytest.param({"CALLBACK_KEY": GOOD["SECRET_KEY"]}, "have the same value", id="one for two"),
        pytest.param({"QUIET_HOURS": "late"}, "QUIET_HOURS must look like", id="a faulty value"),
        pytest.param({"REDIS_URL": "127.0.0.1"}, "REDIS_URL: it must look like", id="an address"),
        pytest.param(
            {"PUBLIC_URL": "http://a.la"}, "PUBLIC_URL must begin with https", id="no TLS"
        ),
    ],
)
@pytest.mark.long
def test_a_setting_that_stops_the_service(wrong: dict[str, str], says: str):
    code, said = run("--nagios", **wrong)
    assert code == 2
    assert said.startswith("GATEWAY CRITICAL - fault: settings\nfault       settings: ")
    assert says in said
    assert wrong.get("SECRET_KEY", "late") not in said
    assert "| SECRET_KEY must have at least 32" in PAGE


@pytest.mark.long
def test_everything_at_once_where_nothing_answers():
    code, said = run("--json")
    assert code == 1
    told_of = {one["check"]: one for one in json.loads(said)["checks"]}
    assert list(told_of) == [check.name for check in CHECKS]
    levels = {name: one["level"] for name, one in told_of.items()}
    assert {levels[name] for name in ("database", "redis", "provider")} == {"fault"}
    assert {levels[name] for name in ("migrations", "staff", "workers")} == {"cannot tell"}
    assert told_of["staff"]["findings"][0]["wrong"].startswith("Not looked at: first mend")
    assert levels["texts"] == "ok"
    for secret in ("SECRET_KEY", "CALLBACK_KEY", "AT_API_KEY"):
        assert GOOD[secret] not in said


@pytest.mark.long
def test_one_thing_by_itself():
    code, said = run("redis")
    assert code == 1
    assert said.startswith("fault       redis: Redis does not answer.\n")
    assert run("metrics") == (0, "ok          metrics\n")


@pytest.mark.long
def test_a_page_that_is_too_small(postgresql_url: str):
    code, said = run("menu", DATABASE_URL=postgresql_url, USSD_UCS2_UNITS="40")
    assert code == 1
    says = "The menu does not fit its page of"
    assert f"menu: {says} 40 UCS-2 units" in said
    assert f"| {says}" in PAGE
    assert run("menu", DATABASE_URL=postgresql_url) == (0, "ok          menu\n")
