"""How drivers speak HTTP: bounded in time and size, and every failure a SourceError."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from gateway.connectors.source import Fault, SourceError

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 30.0, 120.0
LARGEST_ANSWER = 32 * 1024 * 1024  # octets
_PIECE = 64 * 1024


@dataclass
class Client:
    """Asks one server below `url`. `headers` hold the credentials: they are never logged."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = WHOLE_SECONDS

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no password of the environment's

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What the JSON of the answer holds. Raises SourceError."""
        return self._json(self.octets("GET", path, params=params))

    def post(self, path: str, body: Any, **more: Any) -> Any:
        """Likewise; `body` goes as JSON."""
        return self._json(self.octets("POST", path, json=body, **more))

    def octets(self, method: str, path: str, **sent: Any) -> bytes:
        """The body of a good answer, whole. Raises SourceError."""
        ends_at = time.monotonic() + self.seconds
        try:
            with self._session.request(
                method,
                self.url.rstrip("/") + path,
                headers={**self.headers, **sent.pop("headers", {})},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                **sent,
            ) as answer:
                _check_status(answer)
                return _whole(answer, ends_at)
        except requests.RequestException as error:
            raise SourceError(Fault.UNREACHABLE, type(error).__name__) from None

    def _json(self, octets: bytes) -> Any:
        try:
            return json.loads(octets)
        except ValueError:
            # A page to sign in at, mostly, that comes with 200.
            raise SourceError(Fault.MALFORMED, "not JSON") from None


def _check_status(answer: requests.Response) -> None:
    status = answer.status_code
    if status in {401, 403}:
        raise SourceError(Fault.REFUSED, str(status))
    if status in {429, 503}:
        raise SourceError(
            Fault.THROTTLED, str(status), retry_after=_seconds(answer.headers.get("Retry-After"))
        )
    if 300 <= status < 400 or 400 <= status < 500:
        raise SourceError(Fault.UNKNOWN_SHAPE, str(status))
    if not answer.ok:
        raise SourceError(Fault.UNREACHABLE, str(status))


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _whole(answer: requests.Response, ends_at: float) -> bytes:
    """All of it, and as much as was promised: what broke off in the middle is no answer."""
    pieces, size = [], 0
    for piece in answer.iter_content(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise SourceError(Fault.MALFORMED, "too large")
        if time.monotonic() > ends_at:
            raise SourceError(Fault.UNREACHABLE, "too slow")
    return b"".join(pieces)
