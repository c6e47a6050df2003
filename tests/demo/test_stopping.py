"""Ctrl-C stops everything, the data stays, and what the environment says wins."""

import signal

import pytest
import requests

from gateway.catalogues import load_gettext
from tests.demo.checkout import MOTHER, Checkout


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture
def started(checkout):
    """Starts demos and clears them away."""
    demos = []

    def start(**environ):
        demos.append(checkout.start(**environ))
        return demos[-1]

    yield start
    for demo in demos:
        demo.destroy()


def test_it_stops_keeps_the_data_and_starts_again_on_what_the_environment_names(
    checkout, started, redis_url, redis_client
):
    first = started()
    lao = first.dial()
    english = first.dial(text="5*3")
    assert english.startswith("CON ")
    assert first.dial() != lao

    first.stop(signal.SIGINT)
    assert first.pids() == {}
    assert _words(first) == _words_of_a_start(first)

    tmp_sqlite = f"sqlite:///{checkout.folder / 'other.sqlite'}"
    second = started(REDIS_URL=redis_url, DATABASE_URL=tmp_sqlite, AT_BASE_URL="http://127.0.0.1:1")
    assert second.pid_of(r"^\S*valkey") is None
    assert redis_client.keys("rq:worker*")
    assert second.dial() == lao
    second.stop(signal.SIGHUP)
    assert second.pids() == {}
    assert _words(second) == _words_of_a_start(second)

    third = started()
    gettext = load_gettext()["en"]
    assert third.dial().startswith(f"CON {gettext('Mother-child money')}\n")
