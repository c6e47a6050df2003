"""A stub gateway and a simulator in front of it, both over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from africastalking.SMS import SMSService

from gateway.simulator.app import create_simulator
from gateway.simulator.world import Config
from tests.serving import Serve, serve, serving
from tests.simulator.sdk import sdk_at
from tests.simulator.stub_gateway import StubGateway, until

__all__ = ["serve"]


class Simulator:
    """The simulator's control API, as a test speaks to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fetch(self, method: str, path: str, **options: Any) -> requests.Response:
        return requests.request(method, f"{self.url}/simulator/{path}", timeout=20, **options)

    def script(self, **faults: Any) -> None:
        answer = self.fetch("POST", "faults", json=faults)
        assert answer.status_code == 200, answer.text

    def counts(self) -> dict[str, Any]:
        counted: dict[str, Any] = self.fetch("GET", "counts").json()
        return counted

    def settled(self) -> dict[str, int]:
        """How callbacks fared, once none is waiting to be carried."""
        until(lambda: not self.counts()["callbacks"]["waiting"])
        return dict(self.counts()["callbacks"])

    def inbox(self, msisdn: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.handset("GET", msisdn, "inbox").json()["messages"]
        return messages

    def handset(self, method: str, msisdn: str, verb: str, **body: Any) -> requests.Response:
        options = {"json": body} if body or method == "POST" else {}
        return self.fetch(method, f"handsets/{msisdn}/{verb}", **options)


@pytest.fixture
def stub() -> StubGateway:
    return StubGateway()


@pytest.fixture
def stub_url(stub: StubGateway, serve: Serve) -> str:
    return serve(stub.app)


@pytest.fixture
def simulator(stub_url: str) -> Iterator[Simulator]:
    app = create_simulator(Config(gateway_url=stub_url, callback_key="k&y", mo_pace=0.05))
    with serving(app) as url:
        yield Simulator(url)
    app.extensions["simulator"].close()


@pytest.fixture
def sdk(simulator: Simulator) -> SMSService:
    return sdk_at(simulator.url)
