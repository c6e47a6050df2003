"""One secret, a key for each purpose."""

from typing import get_args

import pytest

from gateway.core.keys import Purpose, derive, peppers_of

PURPOSES = get_args(Purpose)


@pytest.mark.parametrize(
    "secret", ["", "x", "demo-secret-key", "x" * 64, "x" * 65, "y" * 10_000, "ລະຫັດ", "\udcff"]
)
def test_a_secret_of_any_length_gives_a_key_of_32_octets_for_each_purpose(secret: str):
    keys = {derive(secret, purpose) for purpose in PURPOSES}

    assert len(keys) == len(PURPOSES)
    assert {len(key) for key in keys} == {32}


def test_keys_stay_what_they_are():
    """PINs and sessions of the release before depend on it."""
    assert derive("demo-secret-key", "pins").hex() == (
        "d57ec8bbbc74326c9b2b85b9bee1a70613a7d11d3061a9f8ebd4856fb2e4f9dd"
    )


def test_two_secrets_share_no_key():
    assert not {derive("a", purpose) for purpose in PURPOSES} & {
        derive("b", purpose) for purpose in PURPOSES
    }


def test_an_older_pepper_is_as_good_as_the_secret_that_it_was():
    before, after = peppers_of("old secret"), peppers_of("new secret", ("pepper", "old secret"))

    assert before.keys[0] in after.keys
    assert set(before.before) <= set(after.before)
    assert after.keys[0] == peppers_of("another", ("pepper",)).keys[0]


def test_peppers_are_not_shown():
    assert repr(peppers_of("old secret")) == "<peppers>"
