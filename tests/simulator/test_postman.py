"""Callbacks in the background: repeated while it makes sense, in order, within bounds."""

import socketserver
import threading
from collections.abc import Iterator

import pytest
from werkzeug import Response

from gateway.simulator import wire
from gateway.simulator.postman import Letter, Postman
from tests.ports import free_port
from tests.serving import Serve, serving
from tests.simulator.stub_gateway import StubGateway, until


@pytest.fixture
def postman(stub_url: str) -> Iterator[Postman]:
    made = Postman(stub_url, "demo", threads=2)
    yield made
    made.stop()


def settled(postman: Postman) -> dict[str, int]:
    until(lambda: not postman.counts()["waiting"])
    return postman.counts()


def test_nothing_is_started_before_there_is_a_letter(postman):
    postman.send([Letter(wire.DELIVERY_REPORTS, ())])
    assert postman.counts()["waiting"] == 0


def test_the_forms_of_a_letter_arrive_in_order_one_by_one(postman, stub):
    forms = tuple(f"number={number}".encode() for number in range(20))
    postman.send([Letter(wire.DELIVERY_REPORTS, forms)])
    came = stub.wait_for(wire.DELIVERY_REPORTS, 20)
    assert [form["number"] for form in came] == [str(number) for number in range(20)]


def test_a_delayed_letter_is_overtaken(postman, stub):
    postman.send([Letter(wire.DELIVERY_REPORTS, (b"id=late",), delay=2)])
    postman.send([Letter(wire.DELIVERY_REPORTS, (b"id=early",))])
    assert [form["id"] for form in stub.wait_for(wire.DELIVERY_REPORTS, 2)] == ["early", "late"]


@pytest.mark.parametrize("status", [202, 302, 404, 500, 503])
def test_a_paced_letter_is_repeated_until_exactly_200(postman, stub, status):
    stub.answers[wire.INCOMING_MESSAGES].extend([Response("", status), Response("", status)])
    postman.send([Letter(wire.INCOMING_MESSAGES, (b"id=1",), pace=0.01)])
    assert stub.wait_for(wire.INCOMING_MESSAGES, 3) == [{"id": "1"}] * 3
    assert settled(postman) | {"repeated": 2, "arrived": 1} == postman.counts()


def test_a_letter_is_given_up_when_its_patience_is_over(postman, stub):
    stub.answers[wire.DELIVERY_REPORTS].extend([Response("", 503)] * 50)
    postman.send([Letter(wire.DELIVERY_REPORTS, (b"id=1", b"id=2"), patience=0.15)])
    until(lambda: postman.counts()["given_up"])
    assert settled(postman)["arrived"] == 0
    assert {callback.form["id"] for callback in stub.at(wire.DELIVERY_REPORTS)} == {"1"}


def test_what_does_not_fit_the_queue_is_dropped_and_counted(stub_url):
    postman = Postman(stub_url, "demo", room=3)
    postman.send(Letter(wire.DELIVERY_REPORTS, (b"id=1",), delay=60) for _ in range(5))
    counts = postman.counts()
    postman.stop()
    assert (counts["waiting"], counts["dropped"]) == (3, 2)


def test_a_gateway_that_was_away_gets_its_letters_when_it_is_back(stub: StubGateway):
    port = free_port()
    postman = Postman(f"http://127.0.0.1:{port}", "demo")
    postman.send([Letter(wire.DELIVERY_REPORTS, (b"id=1",))])
    until(lambda: postman.counts()["repeated"] >= 2)
    with serving(stub.app, port):
        assert stub.wait_for(wire.DELIVERY_REPORTS) == [{"id": "1"}]
        assert settled(postman)["arrived"] == 1
        postman.stop()


def test_a_letter_sent_first_is_there_when_the_call_returns(postman, stub):
    postman.send_first([Letter(wire.DELIVERY_REPORTS, (b"id=1",))])
    assert len(stub.at(wire.DELIVERY_REPORTS)) == 1


def test_a_letter_sent_first_in_vain_is_carried_later(postman, stub):
    stub.answers[wire.DELIVERY_REPORTS].append(Response("", 503))
    postman.send_first([Letter(wire.DELIVERY_REPORTS, (b"id=1",))])
    assert len(stub.wait_for(wire.DELIVERY_REPORTS, 2)) == 2


@pytest.mark.parametrize("key", ["demo", "a&b=c", "ກຸນແຈ", ""])
def test_every_callback_carries_the_key(serve: Serve, key):
    stub = StubGateway()
    postman = Postman(serve(stub.app), key)
    postman.send_first([Letter(wire.OPT_OUTS, (b"",))])
    assert stub.at(wire.OPT_OUTS)[0].key == key


class _Forgetful(socketserver.StreamRequestHandler):
    """Answers one request, keeps the line open by its word, and hangs up: as a server does with a
    line that was idle for long."""

    def handle(self) -> None:
        length = 0
        while line := self.rfile.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self.rfile.read(length)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_an_sms_after_an_idle_time_arrives_at_once():
    """A line that the gateway closed meanwhile is no failure: the repeat is a minute late."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Forgetful) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        postman = Postman(f"http://127.0.0.1:{server.server_address[1]}", "demo", threads=1)
        for number in (1, 2, 3):
            postman.send([Letter(wire.INCOMING_MESSAGES, (b"id=%d" % number,), pace=60.0)])
            until(lambda: not postman.counts()["waiting"] or postman.counts()["repeated"])
        counts = postman.counts()
        postman.stop()
        server.shutdown()
        thread.join()

    assert (counts["arrived"], counts["repeated"]) == (3, 0)
