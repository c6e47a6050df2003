"""The settings, to look at."""

import msgspec
import pytest

from gateway.console.pages.settings.queries import SECRETS, without_password
from gateway.console.pages.settings.words import GROUPS
from gateway.settings import Settings
from tests.console.conftest import PASSWORD, Staff, add_account
from tests.console.plain_browser import PlainBrowser
from tests.service import Service, composed


def _shown(reader: PlainBrowser) -> dict[str, str]:
    return {row[2]: row[1] for row in reader.get("settings/").rows()}


def test_every_setting_is_explained():
    explained = [name for fields in GROUPS.values() for name in fields]

    assert sorted(explained) == sorted(field.name for field in msgspec.structs.fields(Settings))


def test_the_values_are_the_ones_in_force(staff: Staff):
    shown = _shown(staff("viewer"))

    assert shown["SMS_BATCH_SIZE"] == "100"
    assert shown["USSD_ACCUMULATES"] == "yes"
    assert shown["AT_SENDER_ID"] == "empty"
    assert shown["QUIET_HOURS"] == "19:00-08:00"


def test_a_secret_of_the_demo_says_so(staff: Staff):
    shown = _shown(staff("viewer"))

    assert {shown[name.upper()] for name in SECRETS} == {"the demo's", "empty"}


def test_no_secret_is_shown(service: Service):
    secrets = {name: f"very-{name}" for name in SECRETS}
    settings = msgspec.structs.replace(service.app.extensions["ports"].settings, **secrets)
    add_account(service, "viewer", email="v@example.la")
    with composed(settings, service.clock) as app:
        reader = PlainBrowser(app)
        reader.sign_in("v@example.la", PASSWORD)

        assert {_shown(reader)[name.upper()] for name in SECRETS} == {"set, not shown"}
        assert [
            secret for secret in secrets.values() if secret in reader.get("settings/").text
        ] == []


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:s3cret@db:5432/gateway", "postgresql://u:•••@db:5432/gateway"),
        ("redis://:s3cret@host/0", "redis://:•••@host/0"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
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
