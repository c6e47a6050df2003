"""Network addresses of those who ask: who belongs together, and who lies in a network."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_ONE_SUBSCRIBER = 64  # bits: whoever has one IPv6 address has 2^64 of them


def networks_of(listed: str) -> tuple[Network, ...]:
    """ "192.0.2.0/24, 2001:db8::/32" as networks; raises ValueError with a sentence."""
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())


def lies_in(address: str | None, networks: Iterable[Network]) -> bool:
    """Whether `address` lies in one of `networks`; False for what is no address."""
    found = _parsed(address)
    return found is not None and any(found in network for network in networks)


def subscriber(address: str | None) -> str:
    """What stands for everybody behind one line: an IPv4 address, or the /64 of an IPv6 one."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found.packed, _ONE_SUBSCRIBER), strict=False))
    return "unknown" if found is None else str(found)


def _parsed(address: str | None) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
