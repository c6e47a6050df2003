"""Where webhooks may go."""

import pytest

from gateway.webhooks.addresses import UrlError, may_call, target_of


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://registry.example.la/hook", "https"),
        ("ftp://registry.example.la/hook", "https"),
        ("registry.example.la/hook", "https"),
        ("", "characters"),
        ("https://", "host"),
        ("https:///hook", "host"),
        ("https://user:pw@registry.example.la/", "userinfo"),
        ("https://registry.example.la@10.0.0.1/", "userinfo"),
        ("https://registry.example.la/#a", "fragment"),
        ("https://registry.example.la:25/", "port"),
        ("https://registry.example.la:0/", "port"),
        ("https://registry.example.la:99999/", "host"),
        ("https://registry.example.la:x/", "host"),
        ("https://[::1", "host"),
        ("https://-a/", "host"),
        ("https://ກະຊວງ.la/", "characters"),
        ("https://a\x00b/", "characters"),
        ("https://a b/", "characters"),
        ("https://a\r\nHost:b/", "characters"),
        ("https://a\ud800/", "characters"),
        ("https://a\\@b/", "characters"),
        ("https://127.0.0.1/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("https://[fd00::1]/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://a.la/" + "a" * 500, "long"),
    ],
)
def test_an_address_that_cannot_be_one_says_why(url: str, fault: str):
    with pytest.raises(UrlError) as refused:
        target_of(url, private=False)

    assert refused.value.fault == fault


def test_an_address_in_its_parts():
    target = target_of("https://Registry.example.la:8443/hook?of=us", private=False)

    assert (target.host, target.port, target.path) == ("registry.example.la", 8443, "/hook?of=us")
    assert target.authority == "Registry.example.la:8443"


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/", "http://10.0.0.7/hook", "http://crvs:81/"])
def test_ones_own_network_where_it_is_allowed(url: str):
    assert not target_of(url, private=True).https


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "0.0.0.0", "169.254.169.254", "192.0.2.1", "198.18.0.1", "224.0.0.1",  # noqa: S104 - refused
        "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "2001:db8::1", "no address", "",
    ],
)  # fmt: skip
def test_nothing_within_reach_of_this_server_alone_is_called(address: str):
    assert not may_call(address, private=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "::ffff:8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_are_called(address: str):
    assert may_call(address, private=False)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "::ffff:169.254.1.1", "::a9fe:a9fe", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1", "fd00:ec2::254",
    ],
)  # fmt: skip
def test_a_clouds_credentials_are_never_within_reach(address: str):
    assert not may_call(address, private=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1", "fd00::1", "64:ff9b::a00:7"])
def test_machines_of_ones_own_network_are_called_where_it_is_allowed(address: str):
    assert may_call(address, private=True)
