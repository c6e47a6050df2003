"""PINs under an older pepper: they open, and are rewritten at the next right entry."""

import hmac

import pytest

from gateway.core.keys import Peppers, peppers_of
from gateway.registry.pins import (
    PinResult,
    new_hash,
)
from tests.registry.pin_desk import COLUMNS, HERS, PinDesk, store

OLD = peppers_of("a secret")
ROTATED = peppers_of("a secret", ("a new pepper",))
OK = PinResult("ok", 3)
LOCKED = PinResult("locked", 0)


def _as_before(pin: str, secret: str) -> dict[str, str]:
    """How the release before peppers hashed: version 0."""
    salt = "5d41402abc4b2a76b9719d911017c592"
    digest = hmac.digest(secret.encode(), f"pin:{salt}:{pin}".encode(), "sha256").hex()
    return {"pin_salt": salt, "pin_hash": digest}


@pytest.mark.parametrize(
    ("label", "made", "peppers"),
    [
        ("version 0", _as_before("4321", "a secret"), OLD),
        ("version 0, and a pepper now", _as_before("4321", "a secret"), ROTATED),
        (
            "version 0, and its secret the second pepper now",
            _as_before("4321", "a secret"),
            peppers_of("another secret", ("a new pepper", "a secret")),
        ),
        ("made of the secret", dict(zip(COLUMNS, new_hash("4321", OLD), strict=True)), ROTATED),
        (
            "a pepper that is the second now",
            dict(zip(COLUMNS, new_hash("4321", ROTATED), strict=True)),
            peppers_of("a secret", ("a newer pepper", "a new pepper")),
        ),
    ],
)
def test_a_pin_of_before_opens_and_is_rewritten_at_the_next_right_entry(
    pin_desk: PinDesk, label: str, made: dict[str, str], peppers: Peppers
):
    store(pin_desk, **made)
    pin_desk.peppers = peppers
    before = pin_desk.importer.person(HERS)

    assert pin_desk.check("4320") == PinResult("wrong", 2), label
    assert pin_desk.importer.person(HERS).pin_hash == before.pin_hash, (
        "a wrong one rewrites nothing"
    )
    assert pin_desk.older() == 1
    assert pin_desk.check("4321") == OK, label
    assert pin_desk.older() == 0
    assert pin_desk.check("4321") == OK, "and goes on opening"
    assert pin_desk.importer.person(HERS).updated_at == before.updated_at, (
        "nothing a person changed"
    )


def test_a_rewritten_pin_needs_the_older_pepper_no_more(pin_desk: PinDesk):
    pin_desk.peppers = ROTATED
    pin_desk.check("4321")

    pin_desk.peppers = peppers_of("another secret", ("a new pepper",))

    assert pin_desk.check("4321") == OK


def test_without_its_pepper_a_pin_is_lost(pin_desk: PinDesk):
    """What `flask doctor secrets` warns of."""
    pin_desk.peppers = peppers_of("another secret")

    assert pin_desk.check("4321") == PinResult("wrong", 2)
