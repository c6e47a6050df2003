"""What every process of the demo gets, and what stops the start with one sentence."""

import socket

import pytest

from gateway.demo.__main__ import load, settle
from gateway.demo.environment import with_demo_defaults, write_demo_defaults
from gateway.demo.ports import free_port, is_free
from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.settings import DEMO, Settings, SettingsError

DEFAULTS = {
    "DATABASE_URL": "sqlite:///var/gateway.sqlite",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "AT_BASE_URL": "http://127.0.0.1:2",
    "SIMULATOR_PORT": "2",
    "PROMETHEUS_MULTIPROC_DIR": "var/metrics",
}
IN_PRODUCTION = {
    "GATEWAY_ENV": "production",
    "SECRET_KEY": "0d5c3f9e7ab1462886e4f0b2d9c7a135",
    "CALLBACK_KEY": "b7e1904fc2d6a853",
    "AT_USERNAME": "u",
    "AT_API_KEY": "k",
    "DATABASE_URL": "postgresql://db/gateway",
    "REDIS_URL": "redis://cache/0",
}


def given(**environ):
    return {"PORT": str(free_port()), **environ}


def test_nothing_needs_to_be_set():
    environ, settings = settle(given(), DEFAULTS)
    assert DEFAULTS.items() <= environ.items()
    assert settings.of(AfricasTalkingSettings).at_base_url == "http://127.0.0.1:2"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://elsewhere/gateway"),
        ("REDIS_URL", "redis://elsewhere:6379/1"),
        ("AT_BASE_URL", "https://api.sandbox.africastalking.com"),
        ("CALLBACK_KEY", "my-own"),
        ("SIMULATOR_PORT", "3"),
    ],
)
def test_what_is_set_wins(name, value):
    environ, _settings = settle(given(**{name: value}), DEFAULTS)
    assert environ == {**DEFAULTS, **environ, name: value}


def test_production_gets_nothing_of_the_demo():
    environ, settings = settle(given(**IN_PRODUCTION), DEFAULTS)
    assert settings.redis_url == "redis://cache/0"
    assert environ.keys() - IN_PRODUCTION.keys() == {"PORT", "PROMETHEUS_MULTIPROC_DIR"}


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"PORT": "http"}, "PORT='http' is no port."),
        ({"PORT": "0"}, "PORT='0' is no port."),
        ({"PORT": "65536"}, "PORT='65536' is no port."),
        ({"PORT": "٨٠"}, "PORT='٨٠' is no port."),
        ({"REDIS_URL": "http://x"}, "REDIS_URL: it must look like redis://host:port/0."),
        ({"TIMEZONE": "Vientiane"}, "TIMEZONE='Vientiane' is no time zone."),
        ({"SMS_BATCH_SIZE": "0"}, "SMS_BATCH_SIZE must be at least 1."),
        (
            IN_PRODUCTION | {"CALLBACK_KEY": DEMO["CALLBACK_KEY"]},
            "CALLBACK_KEY still has the demo's value; set your own in production.",
        ),
        (IN_PRODUCTION | {"REDIS_URL": ""}, "REDIS_URL must be set in production."),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(environ, sentence):
    with pytest.raises(SettingsError) as error:
        settle(given(**environ), DEFAULTS)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("nonsense", "ArgumentError"),
        ("sqlite:////nowhere/at/all.sqlite", "OperationalError"),
        ("postgresql://gateway:secret@127.0.0.1:1/gateway", "OperationalError"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence_too_without_its_password(url, kind):
    with pytest.raises(SettingsError) as error:
        load(Settings(database_url=url))
    assert str(error.value) == f"DATABASE_URL names a database that cannot be used: {kind}."


def test_commands_read_what_the_demo_wrote_under_their_own_environment(tmp_path):
    file = tmp_path / "var" / "demo.json"
    assert with_demo_defaults({"PORT": "1"}, file) == {"PORT": "1"}
    write_demo_defaults(DEFAULTS, file)
    assert with_demo_defaults({"PORT": "1"}, file) == {**DEFAULTS, "PORT": "1"}
    assert with_demo_defaults({"REDIS_URL": "mine"}, file) == {**DEFAULTS, "REDIS_URL": "mine"}
    assert with_demo_defaults(IN_PRODUCTION, file) == IN_PRODUCTION


@pytest.mark.parametrize("option", [socket.SO_REUSEADDR, socket.SO_REUSEPORT])
def test_a_port_on_which_something_listens_is_not_free_whoever_may_share_it(option):
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, option, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)
