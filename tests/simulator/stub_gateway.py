"""A gateway that only listens: it keeps every callback, and answers what a test tells it to."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import NamedTuple

from flask import Flask, Response, request

from gateway.simulator import wire

PATIENCE = 10.0  # seconds a test waits for a callback
PATHS = (
    wire.USSD,
    wire.USSD_EVENTS,
    wire.DELIVERY_REPORTS,
    wire.INCOMING_MESSAGES,
    wire.OPT_OUTS,
)


def until(condition: Callable[[], object]) -> None:
    """Asks again and again until `condition` holds; fails when it never does."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        pause.wait(0.01)


class Callback(NamedTuple):
    path: str
    key: str
    form: dict[str, str]
    metadata: str | None


Screens = Callable[[str], str]


class StubGateway:
    """`answers[path]` are used up first to last, then 200; USSD shows `screens(text)`."""

    def __init__(self, screens: Screens = lambda text: f"CON you sent {text or 'nothing'}") -> None:
        self.app = Flask("stub")
        self.screens = screens
        self.metadata = ""
        self.answers: dict[str, deque[Response]] = defaultdict(deque)
        self._arrived = threading.Condition(threading.RLock())
        self._callbacks: list[Callback] = []
        for path in PATHS:
            self.app.add_url_rule(path, path, self._take, methods=["POST"])

    def at(self, path: str) -> list[Callback]:
        with self._arrived:
            return [callback for callback in self._callbacks if callback.path == path]

    def wait_for(self, path: str, count: int = 1) -> list[dict[str, str]]:
        """The forms of the first `count` callbacks at `path`; fails when they do not come."""
        with self._arrived:
            came = self._arrived.wait_for(lambda: len(self.at(path)) >= count, PATIENCE)
        assert came, f"{len(self.at(path))} of {count} callbacks at {path}"
        return [callback.form for callback in self.at(path)[:count]]

    def _take(self) -> Response:
        form = request.form.to_dict()
        metadata = request.headers.get(wire.HOP_METADATA)
        callback = Callback(request.path, request.args.get("key", ""), form, metadata)
        with self._arrived:
            self._callbacks.append(callback)
            self._arrived.notify_all()
            if self.answers[request.path]:
                return self.answers[request.path].popleft()
        return self._screen(form) if request.path == wire.USSD else Response("")

    def _screen(self, form: dict[str, str]) -> Response:
        headers = {wire.HOP_METADATA: self.metadata} if self.metadata else {}
        return Response(self.screens(form["text"]), 200, headers, content_type="text/plain")
