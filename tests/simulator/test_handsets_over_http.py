"""The handsets as the phone page and chaos tests drive them: JSON over HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug import Response

from gateway.simulator import wire
from gateway.simulator.app import create_simulator
from gateway.simulator.callbacks import over_http
from gateway.simulator.handset import Handset
from gateway.simulator.network import INVALID_CODE, Network
from gateway.simulator.world import Config
from tests.serving import serving
from tests.simulator.conftest import Simulator
from tests.simulator.stub_gateway import StubGateway, until

MOTHER, AUNT = "+8562055500001", "+8562055500002"


def do(simulator: Simulator, verb: str, msisdn: str = MOTHER, **body: str) -> dict[str, Any]:
    answer = simulator.handset("POST", msisdn, verb, **body)
    assert answer.status_code in {200, 202}, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_dialogue_from_dial_to_end(simulator, stub):
    stub.screens = lambda text: "END Bye" if text == "1*2" else f"CON {text or 'Welcome'}"
    assert do(simulator, "dial", code="*123#")["text"] == "Welcome"
    assert do(simulator, "press", keys="1")["text"] == "1"
    last = do(simulator, "press", keys="2")
    assert (last["text"], last["open"], last["hop"], last["sent"]) == ("Bye", False, 3, "1*2")
    (event,) = stub.wait_for(wire.USSD_EVENTS)
    assert (event["status"], event["input"], event["hopsCount"]) == ("Success", "1*2", "3")
    assert {callback.key for callback in stub.at(wire.USSD)} == {"k&y"}


def test_without_a_code_the_service_s_own_is_dialled(simulator, stub):
    do(simulator, "dial")
    assert stub.wait_for(wire.USSD)[0]["serviceCode"] == "*123#"


def test_the_hop_metadata_header_goes_round(simulator, stub):
    stub.metadata = "turn=1;menu=ab12"
    do(simulator, "dial")
    do(simulator, "press", keys="1")
    assert [callback.metadata for callback in stub.at(wire.USSD)] == [None, "turn=1;menu=ab12"]


def test_two_handsets_do_not_hear_each_other(simulator):
    do(simulator, "dial")
    do(simulator, "dial", AUNT)
    do(simulator, "press", keys="1")
    assert do(simulator, "press", AUNT, keys="2")["sent"] == "2"


def test_a_retry_and_a_hang_up(simulator, stub):
    do(simulator, "dial")
    assert do(simulator, "retry")["text"] == "you sent nothing"
    first, second = stub.wait_for(wire.USSD, 2)
    assert first == second
    assert do(simulator, "hang-up")["open"] is False
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Incomplete"


def test_an_error_of_the_gateway_is_the_network_s_message(simulator, stub):
    stub.answers[wire.USSD].append(Response("CON Oops", 500))
    screen = do(simulator, "dial")
    assert (screen["text"], screen["fault"], screen["open"]) == (INVALID_CODE, "status", False)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        pytest.param("press", {}, id="no keys"),
        pytest.param("press", {"keys": 1}, id="keys that are no text"),
        pytest.param("dial", {"number": "*123#"}, id="an unknown field"),
        pytest.param("sms", {}, id="no text"),
    ],
)
def test_a_request_that_means_nothing_is_400(simulator, verb, body):
    assert simulator.handset("POST", MOTHER, verb, **body).status_code == 400


def test_a_session_nobody_answers_ends_by_itself(stub_url, stub):
    network = Network(session_seconds=0.1)
    app = create_simulator(Config(gateway_url=stub_url, network=network))
    with serving(app) as url:
        do(Simulator(url), "dial")
        (event,) = stub.wait_for(wire.USSD_EVENTS)
    app.extensions["simulator"].close()
    assert (event["status"], event["lastAppResponse"]) == ("Incomplete", "CON you sent nothing")


def test_one_phone_s_keys_are_sent_one_after_the_other(simulator, stub):
    stub.screens = lambda text: f"CON {text.count('*')}"
    do(simulator, "dial")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: do(simulator, "press", keys="1"), range(24)))
    texts = [callback.form["text"] for callback in stub.at(wire.USSD)]
    assert texts == ["*".join("1" * presses) for presses in range(25)]


def test_an_sms_of_a_handset_is_repeated_until_the_gateway_took_it(simulator, stub):
    stub.answers[wire.INCOMING_MESSAGES].extend([Response("", 503), Response("", 503)])
    do(simulator, "sms", text="ຢຸດ + STOP")
    first, second, third = stub.wait_for(wire.INCOMING_MESSAGES, 3)
    assert first == second == third
    assert (first["from"], first["to"], first["text"]) == (MOTHER, "1330", "ຢຸດ + STOP")
    assert {"id", "date", "networkCode"} <= set(first)


def test_two_sms_have_two_ids(simulator, stub):
    do(simulator, "sms", text="One", to="1331")
    do(simulator, "sms", text="One", to="1331")
    first, second = stub.wait_for(wire.INCOMING_MESSAGES, 2)
    assert first["id"] != second["id"]
    assert first["to"] == "1331"


def test_opting_out_tells_the_gateway_and_can_be_lifted(simulator, stub, sdk):
    do(simulator, "opt-out")
    (opted_out,) = stub.wait_for(wire.OPT_OUTS)
    assert opted_out["phoneNumber"] == MOTHER
    assert simulator.handset("GET", MOTHER, "inbox").json()["opted_out"] is True
    simulator.handset("DELETE", MOTHER, "opt-out")
    assert sdk.send("Hello", [MOTHER])["SMSMessageData"]["Recipients"][0]["statusCode"] == 102
    assert simulator.handset("GET", MOTHER, "inbox").json()["opted_out"] is False


def test_an_inbox_holds_the_messages_oldest_first(simulator, sdk):
    for body in ("One", "Two", "Three"):
        sdk.send(body, [MOTHER])
    assert [message["body"] for message in simulator.inbox(MOTHER)] == ["One", "Two", "Three"]
    assert simulator.inbox(AUNT) == []


def test_a_handset_of_a_test_dials_the_gateway_directly(stub: StubGateway, stub_url):
    handset = Handset(MOTHER, over_http(stub_url, "demo"))
    assert handset.dial("*123*2#").body == "CON you sent 2"
    handset.hang_up()
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Incomplete"


def test_a_gateway_slower_than_the_network_allows_has_timed_out(stub, stub_url):
    answered = threading.Event()

    def slow(_text: str) -> str:
        answered.wait(5)
        return "CON too late"

    stub.screens = slow
    screen = Handset(MOTHER, over_http(stub_url, "demo", seconds=0.2)).dial()
    answered.set()
    assert (screen.text, screen.fault) == (INVALID_CODE, "timed_out")


def test_a_gateway_that_is_not_there_is_unreachable():
    with serving(StubGateway().app) as url:
        pass
    handset = Handset(MOTHER, over_http(url, "demo"))
    assert handset.dial().fault == "unreachable"
    assert not handset.in_session


def test_handsets_beyond_the_most_are_forgotten_oldest_first(stub_url):
    world = create_simulator(Config(gateway_url=stub_url)).extensions["simulator"]
    with world.handset(MOTHER) as first:
        pass
    for number in range(10_000):
        with world.handset(f"+85620{number:08}"):
            pass
    with world.handset(MOTHER) as second:
        assert second is not first
    world.close()


def test_waiting_is_over_when_everything_was_carried(simulator, sdk):
    sdk.send("Hello", [MOTHER] * 100)
    until(lambda: simulator.counts()["callbacks"]["arrived"] == 100)
    assert simulator.settled()["waiting"] == 0
