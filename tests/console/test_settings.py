"""The settings, to look at."""

import pytest

from gateway.console.pages.settings.queries import without_password
from gateway.providers.known import PROVIDERS, read_settings
from gateway.settings import Settings
from tests.console.conftest import PASSWORD, Staff, add_account
from tests.console.plain_browser import PlainBrowser
from tests.service import Service, composed


def _shown(reader: PlainBrowser) -> dict[str, str]:
    return {row[2]: row[1] for row in reader.get("settings/").rows()}


def test_every_setting_is_explained(staff: Staff):
    own = (provider.settings.variables() for provider in PROVIDERS)

    assert set(_shown(staff("viewer"))) == {*Settings.variables()}.union(*own)


def test_a_provider_is_called_what_people_call_it(staff: Staff):
    meanings = {row[2]: row[0] for row in staff("viewer").get("settings/").rows()}

    assert meanings["CALLBACK_KEY_KANNEL"] == "Key that Kannel sends along instead"
    assert meanings["CALLBACK_ADDRESSES_AFRICASTALKING"] == "Where Africa's Talking may call from"


def test_the_values_are_the_ones_in_force(staff: Staff):
    shown = _shown(staff("viewer"))

    assert shown["SMS_BATCH_SIZE"] == "100"
    assert shown["USSD_ACCUMULATES"] == "yes"
    assert shown["AT_SENDER_ID"] == "empty"
    assert shown["QUIET_HOURS"] == "19:00-08:00"


SECRETS = {
    "SECRET_KEY", "PIN_PEPPER", "CALLBACK_KEY", "CALLBACK_KEY_AFRICASTALKING",
    "CALLBACK_KEY_KANNEL", "AT_API_KEY", "KANNEL_PASSWORD",
}  # fmt: skip


def test_a_secret_of_the_demo_says_so(staff: Staff):
    shown = _shown(staff("viewer"))

    assert {shown[name] for name in SECRETS} == {"the demo's", "empty"}
    assert shown["AT_API_KEY"] == "the demo's"


def test_no_secret_is_shown(service: Service):
    secrets = {name: f"very-{name}" for name in SECRETS}
    found = service.app.extensions["ports"].settings
    environ = {"DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url, **secrets}
    add_account(service, "viewer", email="v@example.la")
    with composed(read_settings(environ), service.clock) as app:
        reader = PlainBrowser(app)
        reader.sign_in("v@example.la", PASSWORD)

        assert {_shown(reader)[name] for name in SECRETS} == {"set, not shown"}
        assert [
            secret for secret in secrets.values() if secret in reader.get("settings/").text
        ] == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:s3cret@db:5432/gateway", "postgresql://u:•••@db:5432/gateway"),
        ("redis://:s3cret@host/0", "redis://:•••@host/0"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        (
            "redis+sentinel://u:s3:cret@[::1]:1,h2/m/0?sentinel_password=s3cret&socket_timeout=1",
            "redis+sentinel://u:•••@[::1]:1,h2/m/0?sentinel_password=•••&socket_timeout=1",
        ),
        ("postgresql://db/gateway?password=s3cret", "postgresql://db/gateway?password=•••"),
        ("sqlite:///var/gateway.sqlite", "sqlite:///var/gateway.sqlite"),
        ("postgresql://u:p%40ss@db/gateway", "postgresql://u:•••@db/gateway"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str):
    assert without_password(address) == shown


def test_the_rules_of_the_grant_stand_above(staff: Staff):
    assert (
        "Paid each time 300,000 kip Months between payments 2"
        in staff("viewer").get("settings/").words
    )
