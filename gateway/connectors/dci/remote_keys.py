"""A partner's keys as it publishes them: kept for an hour, asked for again when one is new.

The address is of the file of connections. Still no redirect is followed, little is read, and
nothing is waited for longer than some seconds.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests

from gateway.core.dci.envelope import json_of
from gateway.core.dci.keys import KeyRefusedError, PublicKey, public_keys_of_set
from gateway.core.dci.words import MessageError
from gateway.providers.http import ProviderSession

KEPT = timedelta(hours=1)
ASKED_AGAIN = timedelta(minutes=1)  # whoever signs with unknown keys makes no flood of requests
LARGEST_SET = 64 * 1024  # octets
SECONDS = (2.0, 3.0)  # to connect, to answer

Fetch = Callable[[str], bytes]


def fetched(url: str) -> bytes:
    """What stands there. Raises OSError (requests' errors are) and ValueError for too much."""
    with (
        ProviderSession(url) as session,
        session.get(
            url, timeout=SECONDS, stream=True, headers={"Accept": "application/json"}
        ) as got,
    ):
        if got.status_code != requests.codes.ok:
            raise OSError("no set of keys")
        body: bytes = got.raw.read(LARGEST_SET + 1, decode_content=True)
    if len(body) > LARGEST_SET:
        raise ValueError("the set of keys is too large")
    return body


@dataclass
class _Known:
    keys: tuple[PublicKey, ...]
    at: datetime


@dataclass
class RemoteKeys:
    """The keys behind addresses, of one process."""

    fetch: Fetch = fetched
    _known: dict[str, _Known] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, url: str, kid: str, now: datetime) -> tuple[PublicKey, ...]:
        """The keys there; looked up anew where none is named `kid`. Empty where there are none to
        be had: then no signature is right."""
        with self._lock:
            known = self._known.get(url)
        if known and now - known.at < KEPT and _has(known, kid):
            return known.keys
        if known and now - known.at < ASKED_AGAIN:
            return known.keys
        keys = self._asked(url) or (known.keys if known else ())
        with self._lock:
            self._known[url] = _Known(keys, now)
        return keys

    def _asked(self, url: str) -> tuple[PublicKey, ...]:
        try:
            return public_keys_of_set(json_of(self.fetch(url)))
        except (OSError, ValueError, KeyRefusedError, MessageError):
            return ()


def _has(known: _Known, kid: str) -> bool:
    return not kid or any(key.kid in {"", kid} for key in known.keys)
