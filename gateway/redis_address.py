"""What REDIS_URL says: one Redis, or sentinels that know which of several is the primary.

    redis+sentinel://user:password@host1:26379,host2,[2001:db8::3]/mymaster/0?sentinel_password=...

`user:password` is for Redis itself, `sentinel_username` and `sentinel_password` for the sentinels;
`rediss+sentinel` is TLS to both. A fault names its place and repeats nothing that was written: it
could be part of a password.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SENTINEL_PORT = 26379
PLAIN = ("redis://", "rediss://", "unix://")
_SENTINEL = re.compile(r"(rediss?)\+sentinel://(.*)", re.DOTALL)
_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>\d{1,5}))?"
)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_DATABASE = re.compile(r"\d{1,5}")
_SAYS = {"true": True, "false": False}
_OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "socket_timeout": float,
    "socket_connect_timeout": float,
    "ssl_ca_certs": str,
    "ssl_check_hostname": lambda said: _SAYS[said.lower()],
}


class AddressError(ValueError):
    """What is wrong, as the end of a sentence, without a word of the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentinelAddress:
    """`sentinels` as (host, port); `options` by their names in redis-py, for every connection."""

    sentinels: tuple[tuple[str, int], ...]
    primary: str
    database: int = 0
    tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sentinel_username: str | None = None
    sentinel_password: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)


def is_by_sentinel(url: str) -> bool:
    return _SENTINEL.match(url) is not None


def check(url: str) -> None:
    """Raises AddressError."""
    if is_by_sentinel(url):
        sentinel_address(url)
    elif not url.startswith(PLAIN):
        raise AddressError("it must look like redis://host:port/0")
    elif not url.startswith("unix://"):
        _check_plain(url)


def sentinel_address(url: str) -> SentinelAddress:
    """Raises AddressError."""
    parts = _SENTINEL.match(url)
    if parts is None:
        raise AddressError("it must begin with redis+sentinel://")
    rest, _, query = parts[2].partition("?")
    authority, _, path = rest.partition("/")
    credentials, _, hosts = authority.rpartition("@")
    username, _, password = credentials.partition(":")
    sentinels = tuple(_host(one, place) for place, one in enumerate(hosts.split(","), 1))
    primary, database = _primary(path)
    more = _query(query)
    return SentinelAddress(
        sentinels=sentinels,
        primary=primary,
        database=database,
        tls=parts[1] == "rediss",
        username=unquote(username) or None,
        password=unquote(password) or None,
        sentinel_username=more.pop("sentinel_username", None),
        sentinel_password=more.pop("sentinel_password", None),
        options=more,
    )


def _check_plain(url: str) -> None:
    try:
        parts = urlsplit(url)
        several = "," in (parts.hostname or "")
        _port = parts.port
    except ValueError:
        raise AddressError("its host or its port cannot be read") from None
    if several:
        raise AddressError("several hosts are sentinels: it must begin with redis+sentinel://")


def _host(written: str, place: int) -> tuple[str, int]:
    found = _HOST.fullmatch(written)
    if not written or found is None:
        raise AddressError(
            f"sentinel {place} of its list is no host or host:port (an IPv6 address stands in "
            "brackets, and in a password / and @ are written as %2F and %40)"
        )
    port = int(found["port"] or SENTINEL_PORT)
    if not 0 < port < 65536:
        raise AddressError(f"the port of sentinel {place} must be from 1 to 65535")
    return found["v6"] or found["name"], port


def _primary(path: str) -> tuple[str, int]:
    name, _, database = path.partition("/")
    if not _NAME.fullmatch(unquote(name)):
        raise AddressError(
            "behind the sentinels must stand the name that they know the primary by, as in "
            "redis+sentinel://host1,host2,host3/mymaster/0"
        )
    if database and not _DATABASE.fullmatch(database):
        raise AddressError("behind the primary's name may stand the number of a database only")
    return unquote(name), int(database or 0)


def _query(query: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, said in parse_qsl(query, keep_blank_values=True):
        if name in {"sentinel_username", "sentinel_password"}:
            found[name] = said or None
        elif name in _OPTIONS:
            found[name] = _option(name, said)
        else:
            known = ", ".join(("sentinel_username", "sentinel_password", *_OPTIONS))
            raise AddressError(f"behind the ? may stand {known}")
    return found


def _option(name: str, said: str) -> Any:
    try:
        return _OPTIONS[name](said)
    except (ValueError, KeyError):
        raise AddressError(f"{name} cannot be read") from None
