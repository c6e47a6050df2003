"""Settings: read once, and wrong ones stop the start with a sentence that names them."""

from pathlib import Path

import pytest

from gateway.providers.known import PROVIDERS, read_settings
from gateway.settings import Settings, SettingsError

PRODUCTION = {
    "GATEWAY_ENV": "production",
    "SECRET_KEY": "7f0c61d2b8e94a35c4f0a9d13e5b7286",
    "CALLBACK_KEY": "93ab07c1d5e2f864",
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


# Half of a pair: a second one of each is long enough, too.
_OTHER = "e19d2c5ab37f4086a5d1c0e7f2b89436"


@pytest.mark.parametrize(
    ("label", "name", "value", "says"),
    [
        ("one letter", "SECRET_KEY", "x", "at least 32 characters"),
        ("a word", "SECRET_KEY", "mother-and-child", "at least 32 characters"),
        ("one short of enough", "SECRET_KEY", _OTHER[1:], "at least 32 characters"),
        ("one letter, often", "SECRET_KEY", "x" * 64, "over and over"),
        ("a word, often", "SECRET_KEY", "vientiane" * 4, "over and over"),
        ("few letters", "SECRET_KEY", "abcabdacbabcdabcdbcadbcabdcabdca", "over and over"),
        (
            "the alphabet",
            "SECRET_KEY",
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "follow one another",
        ),
        ("backwards", "SECRET_KEY", "9876543210zyxwvutsrqponmlkjihgfedcba", "follow one another"),
        ("a keyboard", "PIN_PEPPER", "qwertyuiopasdfghjklzxcvbnm1234567890", "follow one another"),
        ("digits", "CALLBACK_KEY", "0123456789abcdef", "follow one another"),
        ("one digit", "CALLBACK_KEY", "7", "at least 16 characters"),
        ("one of two", "CALLBACK_KEY", f"{_OTHER},7", "at least 16 characters"),
        ("a provider's", "CALLBACK_KEY_KANNEL", "kannel", "at least 16 characters"),
        ("a pepper", "PIN_PEPPER", "salt", "at least 32 characters"),
        ("the newer pepper", "PIN_PEPPER", f"salt,{_OTHER}", "at least 32 characters"),
    ],
)
def test_a_secret_that_can_be_guessed_does_not_start_in_production(label, name, value, says):
    with pytest.raises(SettingsError, match=f"{name} .*{says}"):
        read_settings({**PRODUCTION, name: value})
    assert read_settings({name: value}).demo, f"{label}: the demo takes it"


@pytest.mark.parametrize(
    ("label", "name", "value"),
    [
        ("a very long one", "SECRET_KEY", _OTHER * 2 + "0"),
        ("words", "SECRET_KEY", "seven quiet buffaloes cross the river"),
        ("Lao", "SECRET_KEY", "ຄວາຍເຈັດໂຕຂ້າມແມ່ນ້ຳຂອງຢ່າງງຽບໆຕອນເຊົ້າ"),
        ("two", "CALLBACK_KEY", f"{_OTHER}, {_OTHER[::-1]}"),
        ("an older secret as the second pepper", "PIN_PEPPER", f"{_OTHER},7f0c"),
    ],
)
def test_a_secret_that_cannot_be_guessed_starts(label, name, value):
    assert not read_settings({**PRODUCTION, name: value}).demo, label


@pytest.mark.parametrize("name", ["PIN_PEPPER", "CALLBACK_KEY", "CALLBACK_KEY_AFRICASTALKING"])
@pytest.mark.parametrize("rest", ["", f",{_OTHER[::-1]}", " ,"])
def test_one_value_for_two_purposes_is_refused_by_the_names_of_both(name, rest):
    with pytest.raises(SettingsError, match=f"SECRET_KEY and {name} have the same value"):
        read_settings({**PRODUCTION, name: PRODUCTION["SECRET_KEY"] + rest})


def test_the_pepper_is_no_callback_key_either():
    environ = {
        **PRODUCTION,
        "PIN_PEPPER": _OTHER,
        "CALLBACK_KEY_KANNEL": f"{_OTHER[::-1]},{_OTHER}",
    }

    with pytest.raises(SettingsError, match="PIN_PEPPER and CALLBACK_KEY_KANNEL have the same"):
        read_settings(environ)


def test_a_provider_that_is_given_its_own_key_may_keep_the_common_one_meanwhile():
    common = PRODUCTION["CALLBACK_KEY"]

    assert read_settings({**PRODUCTION, "CALLBACK_KEY_KANNEL": f"{_OTHER},{common}"})


def test_the_secret_that_pins_were_hashed_with_may_stay_as_the_older_pepper():
    assert read_settings({**PRODUCTION, "PIN_PEPPER": f"{_OTHER},{PRODUCTION['SECRET_KEY']}"})


@pytest.mark.parametrize(
    "name", ["PIN_PEPPER", "CALLBACK_KEY", "CALLBACK_KEY_AFRICASTALKING", "CALLBACK_KEY_KANNEL"]
)
def test_a_third_key_is_refused_and_not_left_out(name):
    with pytest.raises(SettingsError, match=f"{name} holds 3 .*at most two"):
        read_settings({name: "newest, older ,oldest"})
    assert read_settings({name: "newest, older,"}), "a comma at the end begins none"


def test_the_demos_callback_key_is_not_accepted_beside_another():
    with pytest.raises(SettingsError, match="CALLBACK_KEY still has the demo's value"):
        read_settings({**PRODUCTION, "CALLBACK_KEY": f"{_OTHER},demo"})


@pytest.mark.parametrize("value", ["everywhere", "192.0.2.0/33", "192.0.2.7/24", "10.0.0.0/8,x"])
def test_a_network_that_is_none_is_refused_by_name(value):
    with pytest.raises(SettingsError, match="CALLBACK_ADDRESSES_KANNEL"):
        read_settings({"CALLBACK_ADDRESSES_KANNEL": value})


def test_a_provider_has_the_common_keys_until_it_has_its_own():
    settings = read_settings({"CALLBACK_KEY": "new, old", "CALLBACK_KEY_KANNEL": "smsbox"})

    assert settings.callback_keys("africastalking") == ("new", "old")
    assert settings.callback_keys("kannel") == ("smsbox",)


def test_kannel_in_production_needs_its_password():
    with pytest.raises(SettingsError, match="KANNEL_USERNAME"):
        read_settings({**PRODUCTION, "SMS_PROVIDER": "kannel"})
    with pytest.raises(SettingsError, match="KANNEL_USERNAME"):
        read_settings({**PRODUCTION, "KANNEL_OPERATORS": "operators.toml"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("USSD_UCS2_UNITS", "eighty"),
        ("REPLIES_PER_HOUR", "0"),
        ("REPLIES_PER_DAY", "-1"),
        ("USSD_UCS2_UNITS", "3"),
        ("SMS_BATCH_SIZE", "0"),
        ("GATEWAY_ENV", "staging"),
        ("DEFAULT_LOCALE", "fr"),
        ("TIMEZONE", "Asia/Nowhere"),
        ("QUIET_HOURS", "25:00-08:00"),
        ("QUIET_HOURS", "evening"),
        ("DATABASE_URL", "gateway.sqlite"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis+sentinel://h1,h2"),
        ("SMS_PROVIDER", "pigeon"),
        ("AT_BASE_URL", "api.africastalking.com"),
        ("AT_BASE_URL", "https://api.africastalking.com/version1"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("password", ["ge@heim", "ge/heim", "ge?heim", "ge#heim", "a@b/c", "a/b@c"])
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_DIRECT_URL"])
def test_a_password_that_would_be_taken_for_a_host_is_refused_and_not_shown(name, password):
    with pytest.raises(SettingsError, match=f"{name}: in a password @ is written %40") as refused:
        read_settings({name: f"postgresql://gateway:{password}@db/gateway"})
    assert "heim" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://gateway:ge%40heim@db1:5432,db2/gateway?target_session_attrs=read-write",
        "postgresql:///gateway?host=/run/postgresql&user=gateway",
        "postgresql://gateway@%2Frun%2Fpostgresql/gateway?application_name=a@b",
    ],
)
def test_addresses_of_a_database_that_are_taken(url):
    assert read_settings({"DATABASE_URL": url}).database_url == url


def test_quiet_hours_may_be_empty():
    assert read_settings({"QUIET_HOURS": ""}).quiet is None


def test_what_is_no_setting_is_left_alone():
    assert read_settings({"PATH": "/bin", "LANG": "lo"}) == read_settings({})


def test_every_setting_is_documented():
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {*Settings.variables()}.union(*(one.settings.variables() for one in PROVIDERS))
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("console.example.la", "must look like"),
        ("ftp://console.example.la", "must look like"),
        ("https://", "must look like"),
        ("https://[x", "must look like"),
        ("http://console.example.la", "must begin with https:// in production"),
    ],
)
def test_an_address_that_security_keys_could_not_answer_to(address: str, sentence: str):
    with pytest.raises(SettingsError, match=f"PUBLIC_URL {sentence}"):
        read_settings({**PRODUCTION, "PUBLIC_URL": address})


@pytest.mark.parametrize("address", ["https://console.example.la", "http://localhost:8000"])
def test_an_address_that_they_can(address: str):
    assert read_settings({**PRODUCTION, "PUBLIC_URL": address}).public_url == address


_SERVICE = {
    "OIDC_ISSUER": "https://id.example.la", "OIDC_CLIENT_ID": "console",
    "OIDC_CLIENT_SECRET": _OTHER, "PUBLIC_URL": "https://console.example.la",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET must be set too"),
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER must be set too"),
        ({"OIDC_ISSUER": "http://id.example.la"}, "OIDC_ISSUER must begin with https://"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL must be set too"),
        ({"OIDC_NEW_ROLE": "admin"}, "OIDC_NEW_ROLE='admin' is not usable"),
    ],
)
def test_a_sign_in_service_that_is_half_set_up_does_not_start(changed, sentence):
    with pytest.raises(SettingsError, match=sentence):
        read_settings({**PRODUCTION, **_SERVICE, **changed})


def test_a_sign_in_service_that_is_set_up():
    assert read_settings({**PRODUCTION, **_SERVICE}).oidc_issuer == "https://id.example.la"
