"""One call to a receiver: by POST, to an address that was looked up once and checked.

No redirect is followed, no proxy of the environment asked, little of the answer read; and all of it
is over in ten seconds, however slowly the receiver drips. What it says is not kept: it may quote
what it was told.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from typing import Literal

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from gateway.webhooks.addresses import Target, may_call

CALL_SECONDS = 10.0
STEP_SECONDS = 3.0  # to look a name up, to connect
ADDRESSES = 2  # that are tried: a host's IPv6 may lead nowhere from here
READ_OCTETS = 4096

Fault = Literal[
    "no_name",  # nobody knows the host's name
    "private_address",  # the name stands for a machine that may not be called
    "not_reached",  # no connection
    "certificate",  # no TLS, or a certificate that is not the host's
    "no_answer",  # not within the time
    "cut_off",  # closed without an answer
    "redirect",
    "status",  # an answer that is not 2xx
    "too_many",  # 429, or 503 with Retry-After: it asks for fewer
    "gone",  # 410: it wants no more
    "no_secret",  # not called: its secret is under a key that is not known any more
]
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call; no `fault`: it was delivered. `asked`: by Retry-After."""

    fault: Fault | None
    status: int | None = None
    asked: timedelta = timedelta(0)


def look_up(host: str, port: int) -> list[str]:
    """The addresses behind a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


@cache
def known_authorities() -> ssl.SSLContext:
    """Those of the system, or of SSL_CERT_FILE, and the public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True)
class Calls:
    """How receivers are called; `private` allows those of one's own network."""

    private: bool
    resolve: Resolve = look_up
    seconds: float = CALL_SECONDS
    authorities: ssl.SSLContext = field(default_factory=known_authorities)

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Makes the call; never raises for what the receiver does."""
        ends_at = time.monotonic() + self.seconds
        try:
            addresses = _in_time(lambda: self.resolve(target.host, target.port))
        except (OSError, UnicodeError, Empty):
            return Answer("no_name")
        # One that may not be called among them: the name is not what it says it is.
        if not all(may_call(one, private=self.private) for one in addresses):
            return Answer("private_address")
        answer = Answer("no_name")
        for address in addresses[:ADDRESSES]:
            answer = self._try(target, address, headers, body, ends_at)
            if answer.fault != "not_reached":
                break
        return answer

    def _try(
        self,
        target: Target,
        address: str,
        headers: Mapping[str, str],
        body: bytes,
        ends_at: float,
    ) -> Answer:
        left = ends_at - time.monotonic()
        if left <= 0:
            return Answer("not_reached")
        connection = self._connection(target, address, min(left, STEP_SECONDS))
        try:
            connection.connect()
            with _over_by(ends_at, connection):
                return _exchange(connection, target, headers, body)
        except Exception as error:
            fault = _fault_of(error)
            if fault is None:
                raise
            return Answer(fault)
        finally:
            connection.close()

    def _connection(self, target: Target, address: str, seconds: float) -> HTTPConnection:
        if not target.https:
            return HTTPConnection(address, target.port, timeout=seconds)
        name = target.host.rstrip(".")
        return HTTPSConnection(
            address,
            target.port,
            timeout=seconds,
            server_hostname=name,
            ssl_context=self.authorities,
        )


def _exchange(
    connection: HTTPConnection, target: Target, headers: Mapping[str, str], body: bytes
) -> Answer:
    named = {"Host": target.authority, **headers}
    connection.request("POST", target.path, body, named, preload_content=False)
    response = connection.getresponse()
    answer = _said(response)
    _drain(response)
    return answer


@contextmanager
def _over_by(ends_at: float, connection: HTTPConnection) -> Iterator[None]:
    """Whoever drips an octet a second meets no limit on a single read: the socket is shut.

    Raises TimeoutError where that ended the call.
    """
    left = max(ends_at - time.monotonic(), 0.01)
    sock, shut = connection.sock, Event()
    sock.settimeout(left)
    timer = Timer(left, _shut, [sock, shut])
    timer.daemon = True
    timer.start()
    try:
        yield
    except (HTTPError, HTTPException, OSError) as error:
        if shut.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def _shut(sock: socket.socket, shut: Event) -> None:
    shut.set()
    with suppress(OSError):  # closed meanwhile
        # Not the TLS socket's own: that forgets its state while another thread reads.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _drain(response: urllib3.BaseHTTPResponse) -> None:
    """The receiver has its word out; how it ends changes nothing."""
    with suppress(HTTPError, HTTPException, OSError):
        response.read(READ_OCTETS, decode_content=False)


def _said(response: urllib3.BaseHTTPResponse) -> Answer:
    status, asked = response.status, _retry_after(response.headers.get("Retry-After", ""))
    if 200 <= status < 300:
        return Answer(None, status)
    if status == 410:
        return Answer("gone", status)
    if status == 429 or (status == 503 and asked):
        return Answer("too_many", status, asked)
    return Answer("redirect" if 300 <= status < 400 else "status", status)


def _retry_after(value: str) -> timedelta:
    """Seconds; a date says nothing where clocks differ."""
    is_number = value.isascii() and value.isdigit()
    return timedelta(seconds=int(value[:6])) if is_number else timedelta(0)


def _fault_of(error: Exception) -> Fault | None:
    """None for what is no receiver's doing."""
    if isinstance(error, (SSLError, ssl.SSLError)):
        return "certificate"
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return "not_reached"
    if isinstance(error, TimeoutError):
        return "no_answer"
    if isinstance(error, HTTPError | HTTPException | OSError):
        return "cut_off"
    return None


def _in_time(ask: Callable[[], list[str]]) -> list[str]:
    """A name is asked for as long as the resolver likes: after a while nobody waits any more."""
    told: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def answer() -> None:
        try:
            told.put(ask())
        except Exception as error:  # raised below, in whoever waits
            told.put(error)

    Thread(target=answer, daemon=True).start()
    found = told.get(timeout=STEP_SECONDS)
    if isinstance(found, Exception):
        raise found
    return found
