"""The simulator as `make run` starts it: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import requests

from gateway.simulator import wire
from tests.ports import free_port
from tests.simulator.conftest import Simulator
from tests.simulator.sdk import sdk_at
from tests.simulator.stub_gateway import StubGateway, until

MOTHER = "+8562055500001"
COMMAND = (sys.executable, "-m", "gateway.simulator")
Start = Callable[..., tuple[Simulator, subprocess.Popen[bytes]]]


@pytest.fixture
def start(stub_url: str) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(*options: str, **environ: str) -> tuple[Simulator, subprocess.Popen[bytes]]:
        port = str(free_port())
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*COMMAND, "--port", port, "--gateway", stub_url, *options],
            env=dict(os.environ) | environ,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        until(lambda: answers(port) or process.poll() is not None)
        return Simulator(f"http://127.0.0.1:{port}"), process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def answers(port: str) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/simulator/counts", timeout=2).ok
    except requests.ConnectionError:
        return False


def test_it_sends_reports_and_dials(start: Start, stub: StubGateway):
    simulator, _ = start("--key", "secret", "--report-delay", "0")
    entry = sdk_at(simulator.url).send("Hello", [MOTHER])["SMSMessageData"]["Recipients"][0]
    assert stub.wait_for(wire.DELIVERY_REPORTS)[0]["id"] == entry["messageId"]
    assert simulator.handset("POST", MOTHER, "dial").json()["open"] is True
    assert {callback.key for callback in stub.at(wire.USSD)} == {"secret"}


def test_it_accepts_what_the_gateway_is_set_to_in_the_environment(start: Start, stub: StubGateway):
    simulator, _ = start(
        AT_USERNAME="molsw",
        AT_API_KEY="of-the-ministry",
        CALLBACK_KEY="from-the-environment",
        USSD_SERVICE_CODE="*456#",
    )
    assert sdk_at(simulator.url, "of-the-ministry", "molsw").send("Hello", [MOTHER])
    assert simulator.handset("POST", MOTHER, "dial", code="*456*1#").json()["sent"] == "1"
    assert stub.at(wire.USSD)[0].key == "from-the-environment"


def test_a_dropped_answer_leaves_nothing_in_the_log(start: Start):
    simulator, process = start()
    simulator.script(drop_answer=1)
    with pytest.raises(requests.ConnectionError):
        sdk_at(simulator.url).send("Hello", [MOTHER])
    assert [message["body"] for message in simulator.inbox(MOTHER)] == ["Hello"]
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert log == b""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_and_in_peace(start: Start, sign: signal.Signals):
    simulator, process = start()
    simulator.handset("POST", MOTHER, "dial")
    process.send_signal(sign)
    _, log = process.communicate(timeout=60)
    assert (process.returncode, log) == (0, b"")
