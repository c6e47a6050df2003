"""Where webhooks may go: what an address must look like, and which machines may stand behind it.

Nobody outside must be able to have this server call what only this server reaches.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 500
UrlFault = Literal["long", "characters", "https", "userinfo", "fragment", "host", "port", "private"]

_HOST = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?\.?", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+")
_PORTS = {"https": 443, "http": 80}
_LEAST_PORT = 1024  # below stand mail, SSH and their like
_UNICAST = ip_network("2000::/3")
# Ways of writing IPv4 addresses as IPv6 ones.
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
_COMPATIBLE, _TRANSLATED = IPv6Network("::/96"), IPv6Network("64:ff9b::/96")  # NAT64
_METADATA = IPv6Address("fd00:ec2::254")  # of a cloud's machines; the others are link-local


class UrlError(ValueError):
    """The address cannot be one of a webhook; `fault` says why."""

    def __init__(self, fault: UrlFault) -> None:
        super().__init__(fault)
        self.fault: UrlFault = fault


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver's address in its parts; `path` with its query."""

    https: bool
    host: str
    port: int
    authority: str
    path: str


def target_of(url: str, *, private: bool) -> Target:
    """`url` in its parts; `private` allows receivers within one's own network, also without TLS.

    Raises UrlError. A name is looked up only when it is called, and what it says checked then.
    """
    if len(url) > LONGEST_URL:
        raise UrlError("long")
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise UrlError("characters")
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        raise UrlError("host") from None
    _check_parts(parts, port, private)
    host = parts.hostname or ""
    return Target(
        https=parts.scheme == "https",
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        authority=parts.netloc,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def _check_parts(parts: SplitResult, port: int | None, private: bool) -> None:
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise UrlError("https")
    if "@" in parts.netloc:
        raise UrlError("userinfo")
    if parts.fragment:
        raise UrlError("fragment")
    literal = _literal(parts.hostname or "")
    if literal is None and not _HOST.fullmatch(parts.hostname or ""):
        raise UrlError("host")
    if port is not None and not _is_port(port, private):
        raise UrlError("port")
    if literal is not None and not may_call(str(literal), private=private):
        raise UrlError("private")


def _is_port(port: int, private: bool) -> bool:
    return port in {443, 80} or port >= _LEAST_PORT or (private and port > 0)


def may_call(address: str, *, private: bool) -> bool:
    """Whether a webhook may go to the IP `address`; `private` allows those of one's own network.

    Never to a link-local one, where clouds keep their machines' credentials.
    """
    found = _literal(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found is None or _is_never(found):
        return False
    return private or _is_public(found)


def _is_never(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (carried := _carried(address)):
        return _is_never(carried)
    return (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address == _METADATA
    )


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a packet to it may come out at."""
    if address in _TRANSLATED or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global
    inside = address in _UNICAST and not any(address in tunnel for tunnel in _TUNNELS)
    return inside and address.is_global


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
