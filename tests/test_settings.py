"""Settings: read once, and wrong ones stop the start with a sentence that names them."""

from pathlib import Path

import msgspec
import pytest

from gateway.settings import Settings, SettingsError, read_settings

PRODUCTION = {
    "GATEWAY_ENV": "production",
    "SECRET_KEY": "7f0c",
    "CALLBACK_KEY": "93ab",
    "DATABASE_URL": "postgresql://gateway@db/gateway",
    "REDIS_URL": "redis://redis/0",
    "AT_USERNAME": "mecg",
    "AT_API_KEY": "c0ffee",
}


def test_the_demo_needs_no_setting():
    assert read_settings({}).demo


def test_a_complete_production_starts():
    assert not read_settings(PRODUCTION).demo


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "CALLBACK_KEY", "DATABASE_URL", "REDIS_URL", "AT_USERNAME", "AT_API_KEY"]
)
def test_production_without_a_secret_does_not_start(name):
    for value in (None, ""):
        environ = {**PRODUCTION, name: value} if value is not None else dict(PRODUCTION)
        if value is None:
            del environ[name]
        with pytest.raises(SettingsError, match=name):
            read_settings(environ)


@pytest.mark.parametrize(
    ("name", "demo_value"),
    [("SECRET_KEY", "demo-secret-key"), ("CALLBACK_KEY", "demo"), ("AT_API_KEY", "demo-api-key")],
)
def test_production_with_a_value_of_the_demo_does_not_start(name, demo_value):
    with pytest.raises(SettingsError, match=f"{name} still has the demo's value"):
        read_settings({**PRODUCTION, name: demo_value})


def test_kannel_in_production_needs_its_password():
    with pytest.raises(SettingsError, match="KANNEL_USERNAME"):
        read_settings({**PRODUCTION, "SMS_PROVIDER": "kannel"})
    with pytest.raises(SettingsError, match="KANNEL_USERNAME"):
        read_settings({**PRODUCTION, "KANNEL_OPERATORS": "operators.toml"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USSD_UCS2_UNITS", "eighty"),
        ("USSD_UCS2_UNITS", "3"),
        ("SMS_BATCH_SIZE", "0"),
        ("GATEWAY_ENV", "staging"),
        ("DEFAULT_LOCALE", "fr"),
        ("TIMEZONE", "Asia/Nowhere"),
        ("QUIET_HOURS", "25:00-08:00"),
        ("QUIET_HOURS", "evening"),
        ("DATABASE_URL", "gateway.sqlite"),
        ("REDIS_URL", "localhost:6379"),
        ("AT_BASE_URL", "api.africastalking.com"),
        ("AT_BASE_URL", "https://api.africastalking.com/version1"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_quiet_hours_may_be_empty():
    assert read_settings({"QUIET_HOURS": ""}).quiet is None


def test_what_is_no_setting_is_left_alone():
    assert read_settings({"PATH": "/bin", "LANG": "lo"}) == read_settings({})


def test_every_setting_is_documented():
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    names = [field.encode_name for field in msgspec.structs.fields(Settings)]
    assert [name for name in names if f"`{name}`" not in page] == []
