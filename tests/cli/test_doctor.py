"""`flask doctor secrets`: what can be lost with a key, and what still waits for one."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from gateway.cli.checkup.keys import factor_troubles, secret_troubles
from gateway.cli.doctor import doctor
from gateway.settings import Settings
from tests.service import Service, composed

Examine = Callable[..., tuple[int, str, str]]

PRODUCTION = {"gateway_env": "production", "secret_key": "b8f2c6d4e0a19753" * 2}


@pytest.fixture
def examine(service: Service) -> Examine:
    """`examine(pin_pepper=...)`: (exit code, what it said, what it complained of)."""

    def run(**settings: str):
        found = msgspec.structs.replace(service.app.extensions["ports"].settings, **settings)
        with composed(found, service.clock) as app:
            result = app.test_cli_runner().invoke(doctor, ["secrets"])
        return result.exit_code, result.stdout, result.stderr

    return run


def test_the_demo_is_well(examine):
    assert examine() == (0, "PINs that are not hashed with the newest pepper yet: 0\n", "")


def test_without_a_pepper_of_their_own_pins_go_with_the_secret(examine):
    code, _said, complained = examine(**PRODUCTION)

    assert code == 1
    assert complained.startswith("PIN_PEPPER is empty: ")
    assert "changing SECRET_KEY loses every PIN" in complained


def test_a_new_pepper_waits_until_every_pin_was_entered(examine):
    code, said, complained = examine(pin_pepper="a new one,an old one")

    assert code == 1
    assert said == "PINs that are not hashed with the newest pepper yet: 1\n"
    assert complained == "PIN_PEPPER holds an older pepper, which 1 PINs still need.\n"


@pytest.mark.parametrize(
    ("label", "settings", "older", "says"),
    [
        ("a pepper of its own", {**PRODUCTION, "pin_pepper": "p"}, 7, []),
        ("nobody needs the older one", {"pin_pepper": "p,q"}, 0, ["take it out"]),
        ("somebody does", {"pin_pepper": "p,q"}, 7, ["which 7 PINs still need"]),
        ("the demo", {}, 7, []),
    ],
)
def test_what_is_said(label: str, settings: dict[str, Any], older: int, says: list[str]):
    troubles = secret_troubles(Settings(**settings), older)

    assert len(troubles) == len(says), label
    assert all(part in trouble for part, trouble in zip(says, troubles, strict=True)), label


@pytest.mark.parametrize(
    ("label", "settings", "apps", "older", "says"),
    [
        ("nobody has one", PRODUCTION, 0, 0, []),
        ("a key of SECRET_KEY", PRODUCTION, 1, 0, ["FACTOR_KEY is empty"]),
        ("the demo's", {}, 1, 0, []),
        ("a key of its own", {**PRODUCTION, "factor_key": "k" * 32}, 1, 1, []),
        ("one that still waits", {**PRODUCTION, "factor_key": "k,l"}, 2, 1, []),
        ("none waits any more", {**PRODUCTION, "factor_key": "k,l"}, 2, 0, ["take it out"]),
    ],
)
def test_what_is_said_of_second_factors(
    label: str, settings: dict[str, Any], apps: int, older: int, says: list[str]
):
    troubles = factor_troubles(Settings(**settings), apps, older)

    assert len(troubles) == len(says), label
    assert all(part in trouble for part, trouble in zip(says, troubles, strict=True)), label
