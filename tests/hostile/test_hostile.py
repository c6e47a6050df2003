"""Odd traffic by the thousand: whatever comes, nothing of ours breaks, and a caller gets a screen.

`make hostile` sends a hundred thousand callbacks and ten thousand console requests to PostgreSQL;
with every run of the tests go some hundred. HOSTILE_SEED plays a run again.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from redis import Redis

from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from tests.callbacks.forms import is_a_screen
from tests.hostile.callbacks import USSD, Callbacks
from tests.hostile.console import Console
from tests.hostile.odd import Odd
from tests.hostile.wire import Answer, Request, put
from tests.service import TODAY, Clock, Service, composed

SEED = int(os.environ.get("HOSTILE_SEED", "8"))
CALLBACKS = int(os.environ.get("HOSTILE_CALLBACKS", "300"))
REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "100"))
LONG = CALLBACKS > 1000 or REQUESTS > 1000

pytestmark = [pytest.mark.hostile, pytest.mark.timeout(3600 if LONG else 120)]


class Faults(logging.Handler):
    """What the service itself calls a fault, a log line of ERROR, and what no answer may be."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: dict[str, Request] = {}
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._said.append(f"{record.name}: {record.getMessage():.60} {error!r:.300}")

    def look(self, request: Request, answer: Answer) -> None:
        """Keeps an example of each kind of fault; the run goes on."""
        said, self._said = self._said, []
        if answer.status >= 500 and not said:
            said = [f"{answer.status} without a word"]
        screened = request.path == USSD and request.method == "POST" and answer.status == 200
        if screened and not is_a_screen(answer.text):
            said.append(f"no screen: {answer.text!r}")
        for one in said:
            self.found.setdefault(one, request)

    def all(self) -> str:
        return "\n".join(f"{one}\n    {request!r:.1500}" for one, request in self.found.items())


@contextmanager
def faults() -> Iterator[Faults]:
    """Fails at the end, with all that was found."""
    handler, log = Faults(), logging.getLogger()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.ERROR)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
    assert not handler.found, f"{len(handler.found)} kinds of faults\n{handler.all()}"


@pytest.fixture
def hostile(database_url: str, redis_url: str) -> Iterator[Service]:
    """The service on an operator's database, with the demo's people in it."""
    settings = Settings(database_url=database_url, redis_url=redis_url)
    database, clock = Database(database_url), Clock()
    load_demo(database, peppers=settings.peppers, on=TODAY)
    with Redis.from_url(redis_url) as redis, composed(settings, clock) as app:
        yield Service(app, database, clock, redis)
    database.dispose()


def show(tally: Counter[str]) -> None:
    print("\n", sorted(tally.items()))  # noqa: T201 - the figures of a long run


def send_callbacks(service: Service, count: int) -> Counter[str]:
    """{"ussd 200": how many, ...}"""
    traffic, tally = Callbacks(Odd(Random(SEED)), "demo"), Counter[str]()
    with faults() as watch:
        for _ in range(count):
            request = traffic.next()
            answer = put(service.app, request)
            watch.look(request, answer)
            tally[f"{request.path.rpartition('/')[2]} {answer.status}"] += 1
        show(tally)
    return tally


def send_requests(service: Service, count: int) -> Counter[str]:
    """{"200": how many, ...}"""
    console, tally = Console(Odd(Random(SEED)), service), Counter[str]()
    with faults() as watch:
        for _ in range(count):
            request, answer = console.step()
            watch.look(request, answer)
            tally[str(answer.status)] += 1
        show(tally)
    return tally


def test_odd_callbacks_break_nothing(hostile):
    tally = send_callbacks(hostile, CALLBACKS)
    assert tally["ussd 200"] > 50


def test_odd_requests_of_the_console_break_nothing(hostile):
    tally = send_requests(hostile, REQUESTS)
    assert tally["200"] > 10
