"""Flask apps served over real HTTP on a free port of this machine."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import pytest
from flask import Flask

from gateway.simulator.app import serve as bind

Serve = Callable[[Flask], str]


class Attended:
    """An app that knows when it has answered all: a browser that has gone waits for nothing, and
    what it asked for would be looked up in the next test's database."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._free = threading.Condition()
        self._answering = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._free:
            self._answering += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._free:
                self._answering -= 1
                self._free.notify_all()

    def wait(self) -> None:
        with self._free:
            assert self._free.wait_for(lambda: not self._answering, timeout=60)


@contextmanager
def serving(app: "Flask | Attended", port: int = 0) -> Iterator[str]:
    """The URL of `app`, without a path, while threads of this process serve it; port 0: any."""
    server = bind(cast("Flask", app), "127.0.0.1", port)  # any WSGI app will do
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves any number of apps until the test is over: `url = serve(app)`."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))
