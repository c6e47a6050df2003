"""Ctrl-C stops everything, the data stays, and what the environment says wins."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.catalogues import load_gettext
from tests.demo.checkout import Checkout, Demo
from tests.keys import IN_ENGLISH

pytestmark = pytest.mark.long

LAST_WORDS = "Ctrl-C stops everything; the data stays in var/."


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    checkout, demos = Checkout(tmp_path), []

    def begin(**environ: str) -> Demo:
        demos.append(checkout.start(**environ))
        return demos[-1]

    yield begin
    for demo in demos:
        demo.destroy()


def test_it_stops_without_a_trace_and_starts_again_with_its_data(start, redis_url, redis_client):
    first = start()
    assert first.dial(text=IN_ENGLISH).startswith("CON ")
    _stops(first, signal.SIGINT)

    second = start(REDIS_URL=redis_url)
    assert second.pid_of(r"^\S*valkey") is None
    assert redis_client.keys("rq:worker*")
    english = load_gettext()["en"]
    assert second.dial().startswith(f"CON {english('Mother-child money')}\n")
    _stops(second, signal.SIGHUP)


def _stops(demo: Demo, how: signal.Signals) -> None:
    """Every process, in peace, and with nothing more to say."""
    assert demo.stop(how) == 0
    assert demo.pids() == {}
    assert demo.terminal.rstrip().endswith(LAST_WORDS)
