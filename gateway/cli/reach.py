"""Whether the web server can be reached past the proxy that must stand before it."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address

LOOPBACK = ("127.0.0.1", "::1")
_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # nobody's


def own_addresses() -> list[str]:
    """This machine's, but for the loopback; nothing is sent to find them."""
    found: set[str] = set()
    with suppress(OSError):
        found |= {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    for family, address in _ELSEWHERE.items():
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            found.add(str(probe.getsockname()[0]))
    return sorted(one for one in found if not ip_address(one.partition("%")[0]).is_loopback)


def reachable(addresses: Iterable[str], port: int, seconds: float = 2.0) -> list[str]:
    """Those at which something listens on `port`."""
    return [address for address in addresses if _answers(address, port, seconds)]


def _answers(address: str, port: int, seconds: float) -> bool:
    try:
        socket.create_connection((address, port), seconds).close()
    except OSError:
        return False
    return True
