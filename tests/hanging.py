"""A way to PostgreSQL or Redis that can be made to swallow everything, as a broken network does."""

import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from tests.ports import free_port


class Relay:
    """A TCP port in front of what `reach` connects to. While it `swallows` it takes connections and
    bytes, and nothing ever comes of them."""

    def __init__(self, reach: Callable[[], socket.socket], url: str) -> None:
        """`url` is that of what is behind it, with `%d` for the port."""
        self._reach = reach
        self.swallows = False
        self.heard = bytearray()  # of the clients, in the order it came
        self._ends: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.port: int = self._listener.getsockname()[1]
        self.url = url % self.port
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        for one in (self._listener, *self._ends):
            one.close()
        self._selector.close()

    def _carry(self) -> None:
        while not self._stop.is_set():
            for key, _events in self._selector.select(0.02):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._pass_on(key.fileobj)

    def _accept(self) -> None:
        here, _address = self._listener.accept()
        there = self._reach()
        self._clients.add(here)
        for one, other in ((here, there), (there, here)):
            self._ends[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        if one not in self._ends:  # the other end has just taken it along
            return
        try:
            said = one.recv(65536)
        except OSError:
            said = b""
        if self.swallows and said:
            return
        if said:
            if one in self._clients:
                self.heard += said
            with suppress(OSError):
                self._ends[one].sendall(said)
            return
        for end in (one, self._ends[one]):  # also while it swallows: who hung up is gone
            if end in self._ends:
                self._selector.unregister(end)
                del self._ends[end]
            end.close()


@contextmanager
def relay_to(postgresql_url: str) -> Iterator[Relay]:
    parts = urlsplit(postgresql_url)
    folder = parse_qs(parts.query).get("host")

    def reach() -> socket.socket:
        if folder is None:  # a pooler
            return socket.create_connection((parts.hostname, parts.port))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{folder[0]}/.s.PGSQL.5432")
        return there

    with _running(Relay(reach, f"postgresql://postgres:@127.0.0.1:%d{parts.path}")) as relay:
        yield relay


@contextmanager
def relay_to_redis(port: int) -> Iterator[Relay]:
    def reach() -> socket.socket:
        return socket.create_connection(("127.0.0.1", port))

    with _running(Relay(reach, "redis://127.0.0.1:%d/0")) as relay:
        yield relay


@contextmanager
def _running(relay: Relay) -> Iterator[Relay]:
    try:
        yield relay
    finally:
        relay.close()
