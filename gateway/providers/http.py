"""HTTP to a provider: a session that does nothing by itself, and what a failure of it means.

An error of `requests` quotes the URL, which may hold a number and a password: nothing of it is kept
but its meaning.
"""

import ssl
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from gateway.providers.base import LANES, Recipient, SendOutcome, SendResult

CONNECT_SECONDS, READ_SECONDS = 3.05, 9.05  # of one request; both well below a lease
THROTTLED_WAIT_SECONDS = 5
STOPPED_WAIT_SECONDS = 300
LONGEST_WAIT_SECONDS = 3600
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Timeouts = tuple[float, float]  # seconds to connect, seconds without an octet


class ProviderSession(requests.Session):
    """Keeps its connections, follows no redirect: a redirected send is a GET with an empty answer.

    `connections` are those in use at once. Proxies are the environment's, read once, and none for
    the loopback, or with `proxies` off.
    """

    def __init__(self, url: str, *, connections: int = LANES, proxies: bool = True) -> None:
        super().__init__()
        self.trust_env = False
        if proxies and urlsplit(url).hostname not in _LOOPBACK:
            self.proxies = dict(requests.utils.get_environ_proxies(url))
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(pool_maxsize=connections))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: nothing is a redirect."""


def failure_of(error: requests.RequestException) -> tuple[SendOutcome, str]:
    """What a request without an answer means: outcome and reason."""
    return ("retry", "connect_failed") if never_left(error) else ("unknown", "no_answer")


def never_left(error: requests.RequestException) -> bool:
    """True where no connection came about, so that no octet of the request was sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else cause
    if isinstance(reason, urllib3.exceptions.SSLError):
        return isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def retry_after(response: requests.Response, otherwise: int = THROTTLED_WAIT_SECONDS) -> int:
    """Seconds that a provider that throttles asks to be left; `otherwise` where it does not say."""
    value = response.headers.get("Retry-After", "")
    return min(int(value[:9]), LONGEST_WAIT_SECONDS) if value.isdigit() else otherwise


def same_for(recipients: Sequence[Recipient]) -> Callable[..., list[SendResult]]:
    """A function that gives everybody the one `(outcome, reason, wait_seconds)`."""

    def everyone(
        outcome: SendOutcome, reason: str, wait_seconds: int | None = None
    ) -> list[SendResult]:
        return [
            SendResult(one.message_id, outcome, reason=reason, wait_seconds=wait_seconds)
            for one in recipients
        ]

    return everyone
