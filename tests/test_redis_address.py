"""What REDIS_URL may say, and what is said of one that cannot be."""

import pytest

from gateway.redis_address import AddressError, SentinelAddress, check, sentinel_address

THREE = (("h1", 26379), ("h2", 26379), ("h3", 26379))


@pytest.mark.parametrize(
    ("url", "means"),
    [
        (
            "redis+sentinel://h1:26380,h2,h3/mymaster",
            SentinelAddress(sentinels=(("h1", 26380), *THREE[1:]), primary="mymaster"),
        ),
        (
            "redis+sentinel://u:pw@h1,h2,h3/mymaster/4",
            SentinelAddress(
                sentinels=THREE, primary="mymaster", database=4, username="u", password="pw"
            ),
        ),
        (
            "redis+sentinel://:p%40s%2Fs%3Aw%C3%A9@h1,h2,h3/m-1.a_b/0",
            SentinelAddress(sentinels=THREE, primary="m-1.a_b", password="p@s/s:wé"),
        ),
        (
            "redis+sentinel://u:with:colon@h1,h2,h3/m/",
            SentinelAddress(sentinels=THREE, primary="m", username="u", password="with:colon"),
        ),
        (
            "redis+sentinel://[2001:db8::1]:26380,[::1],10.0.0.3/m",
            SentinelAddress(
                sentinels=(("2001:db8::1", 26380), ("::1", 26379), ("10.0.0.3", 26379)),
                primary="m",
            ),
        ),
        (
            "redis+sentinel://h1,h2,h3/m?sentinel_username=s&sentinel_password=a%26b%2F",
            SentinelAddress(
                sentinels=THREE, primary="m", sentinel_username="s", sentinel_password="a&b/"
            ),
        ),
        (
            "rediss+sentinel://h1,h2,h3/m?ssl_ca_certs=/etc/ca.pem&ssl_check_hostname=false",
            SentinelAddress(
                sentinels=THREE,
                primary="m",
                tls=True,
                options={"ssl_ca_certs": "/etc/ca.pem", "ssl_check_hostname": False},
            ),
        ),
        (
            "redis+sentinel://h1/m?socket_timeout=1.5",
            SentinelAddress(sentinels=THREE[:1], primary="m", options={"socket_timeout": 1.5}),
        ),
    ],
)
def test_an_address_by_sentinels(url: str, means: SentinelAddress):
    assert sentinel_address(url) == means


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("redis+sentinel://", "sentinel 1 of its list"),
        ("redis+sentinel:///mymaster", "sentinel 1 of its list"),
        ("redis+sentinel://h1,,h3/m", "sentinel 2 of its list"),
        ("redis+sentinel://h1,h2:x/m", "sentinel 2 of its list"),
        ("redis+sentinel://h1,h2,::1/m", "sentinel 3 of its list"),
        ("redis+sentinel://[::1,h2/m", "sentinel 1 of its list"),
        ("redis+sentinel://h 1/m", "sentinel 1 of its list"),
        ("redis+sentinel://h1\x00/m", "sentinel 1 of its list"),
        ("redis+sentinel://h1:0/m", "the port of sentinel 1 must be"),
        ("redis+sentinel://h1,h2:70000/m", "the port of sentinel 2 must be"),
        ("redis+sentinel://h1", "the name that they know the primary by"),
        ("redis+sentinel://h1/", "the name that they know the primary by"),
        ("redis+sentinel://h1/my master", "the name that they know the primary by"),
        ("redis+sentinel://h1/m/x", "the number of a database only"),
        ("redis+sentinel://h1/m/0/1", "the number of a database only"),
        ("redis+sentinel://h1/m/-1", "the number of a database only"),
        ("redis+sentinel://h1/m?sentinel_pasword=x", "may stand sentinel_username"),
        ("redis+sentinel://h1/m?socket_timeout=soon", "socket_timeout cannot be read"),
        ("redis+sentinel://h1/m?ssl_check_hostname=2", "ssl_check_hostname cannot be read"),
        ("redis+sentinel://u:s3/cret@h1,h2/m", "written as %2F and %40"),
        ("redis://h1,h2/0", "must begin with redis+sentinel://"),
        ("redis://u:s3/cret@h1/0", "cannot be read"),
        ("redis://h1:port/0", "cannot be read"),
        ("redis://[::1/0", "cannot be read"),
        ("http://h1", "must look like redis://host:port/0"),
        ("redis+cluster://h1", "must look like redis://host:port/0"),
        ("", "must look like redis://host:port/0"),
    ],
)
def test_a_fault_is_named_by_its_place_and_no_secret_is_repeated(url: str, says: str):
    with pytest.raises(AddressError) as refused:
        check(url)

    assert says in str(refused.value)
    assert "s3" not in str(refused.value)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["redis://h/0", "rediss://:pw@h:6380/1", "unix:///run/redis.sock", "redis://[::1]:1/0"]
)
def test_one_redis_needs_no_sentinel(url: str):
    check(url)


def test_an_address_that_is_printed_holds_no_password():
    shown = repr(sentinel_address("redis+sentinel://u:s3cret@h1/m?sentinel_password=s4cret"))

    assert "s3" not in shown
    assert "s4" not in shown
