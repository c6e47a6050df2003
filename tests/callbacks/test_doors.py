"""Which callbacks are let in: keys that can be replaced, a key for each provider, addresses."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask

from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.providers.kannel.settings import KannelSettings
from gateway.registry.database import Database
from gateway.settings import Settings
from tests.callbacks.forms import hop
from tests.service import DEAD_REDIS, Clock, composed

AT, KANNEL = "/callbacks/africastalking/ussd", "/callbacks/kannel/mo"
BOXES = KannelSettings(callback_key="boxes")
PRODUCTION = {"gateway_env": "production", "secret_key": "b8f2c6d4e0a19753" * 2}


@pytest.fixture
def gateway(demo_registry: Database) -> Iterator[Callable[..., Flask]]:
    """`gateway(callback_key=...)`: the service with these settings."""
    with ExitStack() as stack:

        def running(**settings: Any) -> Flask:
            found = Settings(
                database_url=str(demo_registry.engine.url), redis_url=DEAD_REDIS, **settings
            )
            return stack.enter_context(composed(found, Clock(), console=False))

        yield running


def _ask(app: Flask, path: str, key: str | None, address: str = "192.0.2.9", **headers) -> int:
    query = {} if key is None else {"key": key}
    method = "POST" if path == AT else "GET"
    form = hop() if path == AT else None
    response = app.test_client().open(
        path, method=method, query_string=query, data=form, headers=headers,
        environ_base={"REMOTE_ADDR": address},
    )  # fmt: skip
    return response.status_code


@pytest.mark.parametrize(
    ("label", "settings", "path", "opens", "closed"),
    [
        ("one for all", {"callback_key": "spring"}, AT, ["spring"], ["Spring", "", None, "demo"]),
        ("one for all", {"callback_key": "spring"}, KANNEL, ["spring"], ["s", None]),
        ("two at once", {"callback_key": "new, old"}, AT, ["new", "old"], ["new, old", "new,old"]),
        (
            "a provider's own",
            {"callback_key": "common", "of_providers": (BOXES,)},
            KANNEL,
            ["boxes"],
            ["common"],
        ),
        (
            "the other provider's stays",
            {"callback_key": "common", "of_providers": (BOXES,)},
            AT,
            ["common"],
            ["boxes"],
        ),
        (
            "two of a provider's own",
            {"of_providers": (AfricasTalkingSettings(callback_key="b&,a="),)},
            AT,
            ["b&", "a="],
            ["demo"],
        ),
    ],
)
def test_which_keys_open(gateway, label, settings, path, opens, closed):
    app = gateway(**settings)

    assert {_ask(app, path, key) for key in opens} == {200}, label
    assert {_ask(app, path, key) for key in closed} == {403}, label


def test_a_path_of_no_provider_wants_the_common_key(gateway):
    app = gateway(callback_key="common", of_providers=(BOXES,))

    assert _ask(app, "/callbacks/nobody", "common") == 404
    assert _ask(app, "/callbacks/nobody", "boxes") == 403


LISTED = {
    "callback_key": "spring",
    "of_providers": (AfricasTalkingSettings(callback_addresses="192.0.2.0/28, 2001:db8::/48"),),
}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("192.0.2.9", 200),
        ("::ffff:192.0.2.9", 200),
        ("2001:db8:0:1::5", 200),
        ("192.0.2.16", 403),
        ("2001:db8:1::5", 403),
        ("", 403),
    ],
)
def test_a_key_is_not_enough_from_elsewhere_where_addresses_are_listed(gateway, address, status):
    app = gateway(**LISTED)

    assert _ask(app, AT, "spring", address) == status
    assert _ask(app, KANNEL, "spring", address) == 200, "whose addresses are not listed"


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [("192.0.2.9", 200), ("198.51.100.1", 403), ("192.0.2.9, 198.51.100.1", 403), (None, 403)],
)
def test_behind_the_proxy_it_is_the_callers_address_that_counts(gateway, forwarded, status):
    """And what a caller writes into the header itself stands before what the proxy adds."""
    app = gateway(**PRODUCTION, **LISTED)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    assert _ask(app, AT, "spring", "127.0.0.1", **headers) == status


@pytest.mark.parametrize("length", [1, 64, 65, 200])
def test_a_dial_is_answered_whatever_the_length_of_the_secret(gateway, length: int):
    app = gateway(secret_key="k" * length)

    answer = app.test_client().post(f"{AT}?key=demo", data=hop(text="1"))

    assert answer.text.startswith("CON "), "not: the service is busy"
