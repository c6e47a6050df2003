"""Flask apps served over real HTTP on a free port of this machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask

from gateway.simulator.app import serve as bind

Serve = Callable[[Flask], str]


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The URL of `app`, without a path, while threads of this process serve it; port 0: any."""
    server = bind(app, "127.0.0.1", port)
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
