"""Addresses: who counts as one, and who lies in a network."""

import pytest

from gateway.core.addresses import lies_in, networks_of, subscriber


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("no address", "unknown"),
    ],
)
def test_who_counts_as_one(address, stands_for):
    assert subscriber(address) == stands_for


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("192.0.2.7", True),
        ("192.0.3.7", False),
        ("::ffff:192.0.2.7", True),
        ("198.51.100.1", True),
        ("198.51.100.2", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
        (None, False),
        ("no address", False),
    ],
)
def test_who_lies_in_a_network(address, inside):
    networks = networks_of(" 192.0.2.0/24 ,198.51.100.1,2001:db8::/32,")

    assert lies_in(address, networks) is inside


def test_nothing_listed_is_no_network():
    assert networks_of("") == ()
