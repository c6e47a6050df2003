"""The official SDK over HTTP, against an operator that answers whatever a test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from flask import Flask, Response, request

from gateway.providers.africastalking.sms import OUTCOMES, AfricasTalkingSms
from gateway.providers.base import Recipient, SendResult
from gateway.simulator.app import create_simulator
from gateway.simulator.world import Config
from tests.serving import Serve, serve, serving

__all__ = ["serve"]

FIRST, SECOND = "+8562055512345", "+8562055512346"
Answer = Callable[[], Response]


class Operator:
    """Keeps the last request; answers 201 JSON of `data`, or whatever `answer` makes."""

    def __init__(self) -> None:
        self.app = Flask("operator")
        self.answer: Answer = lambda: Response(status=500)
        self.form: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.app.add_url_rule("/version1/messaging", "send", self._send, methods=["POST"])

    def _send(self) -> Response:
        self.form = request.form.to_dict()
        self.headers = dict(request.headers)
        return self.answer()

    def says(self, message: str = "Sent", recipients: list[dict] | None = None, **response) -> None:
        data = {"SMSMessageData": {"Message": message, "Recipients": recipients or []}}
        body = self.app.json.dumps(data)
        options = {"status": 201, "content_type": "application/json", **response}
        self.answer = lambda: Response(body, **options)


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def sms_url(operator: Operator, serve: Serve) -> str:
    return serve(operator.app) + "/"


@pytest.fixture
def sms(sms_url: str) -> AfricasTalkingSms:
    return AfricasTalkingSms("sandbox", "the-key", sms_url, timeouts=(1, 0.5))


def send(sms: AfricasTalkingSms, *numbers: str) -> list[SendResult]:
    recipients = [Recipient(uuid4(), number) for number in numbers or (FIRST,)]
    results = sms.send("ສະບາຍດີ", recipients)
    by_id = {result.message_id: result for result in results}
    return [by_id[one.message_id] for one in recipients]


def recipient(number: str = FIRST, code: int = 101, **changes) -> dict:
    return {
        "number": number,
        "status": "Success",
        "statusCode": code,
        "cost": "USD 0.0079",
        "messageId": f"ATXid_{number[-5:]}",
        "messageParts": 1,
    } | changes


def test_url_headers_and_form_are_the_sdks(operator: Operator, sms_url: str):
    operator.says(recipients=[recipient(FIRST), recipient(SECOND)])

    send(AfricasTalkingSms("sandbox", "the-key", sms_url, sender="MECG"), FIRST, SECOND)

    assert operator.form == {
        "username": "sandbox",
        "to": f"{FIRST},{SECOND}",
        "message": "ສະບາຍດີ",
        "from": "MECG",
        "bulkSMSMode": "1",
    }
    assert operator.headers["Apikey"] == "the-key"
    assert operator.headers["Accept"] == "application/json"


def test_without_a_sender_the_operators_own_is_used(operator: Operator, sms: AfricasTalkingSms):
    operator.says(recipients=[recipient()])

    send(sms)

    assert "from" not in operator.form


def test_an_accepted_recipient_has_ref_cost_and_segments(operator, sms):
    operator.says(recipients=[recipient(messageParts=2)])

    (result,) = send(sms)

    assert (result.outcome, result.provider_ref) == ("accepted", "ATXid_12345")
    assert (result.cost, result.segments, result.reason) == (Decimal("0.0079"), 2, None)


@pytest.mark.parametrize(("code", "outcome"), OUTCOMES.items())
def test_a_recipients_code_says_what_became_of_it(operator, sms, code: int, outcome: str):
    refused = {"messageId": "None", "cost": "0", "status": f"Status{code}"}
    operator.says(recipients=[recipient(code=code, **(refused if code > 200 else {}))])

    (result,) = send(sms)

    assert result.outcome == outcome
    assert (result.provider_ref is not None) == (outcome == "accepted")
    assert result.reason == (None if outcome == "accepted" else f"Status{code}")


def test_a_code_nobody_knows_is_accepted_only_with_an_id(operator, sms):
    operator.says(recipients=[recipient(FIRST, 199), recipient(SECOND, 199, messageId="None")])

    first, second = send(sms, FIRST, SECOND)

    assert (first.outcome, second.outcome) == ("accepted", "unknown")


def test_recipients_are_found_by_number_whatever_their_order_and_plus(operator, sms):
    operator.says(recipients=[recipient(SECOND.removeprefix("+"), 403), recipient(FIRST)])

    first, second = send(sms, FIRST, SECOND)

    assert (first.outcome, second.outcome) == ("accepted", "refused")


def test_a_recipient_missing_in_the_answer_may_have_been_sent_to(operator, sms):
    operator.says(recipients=[recipient(FIRST)])

    _first, second = send(sms, FIRST, SECOND)

    assert (second.outcome, second.reason) == ("unknown", "not_in_answer")


@pytest.mark.parametrize(
    ("message", "outcome", "reason"),
    [
        ("InvalidSenderId", "stop", "InvalidSenderId"),
        ("InsufficientBalance", "stop", "InsufficientBalance"),
        ("Sent to 0/1 Total Cost: 0", "retry", "no_recipients"),
        ("Something else", "unknown", "no_recipients"),
    ],
)
def test_a_201_without_recipients_is_no_success(operator, sms, message, outcome, reason):
    operator.says(message)

    (result,) = send(sms)

    assert (result.outcome, result.reason) == (outcome, reason)


# (status, headers, outcome, reason, seconds to wait)
STATUSES = [
    (401, {}, "stop", "authentication", 300),
    (429, {}, "stop", "throttled", 5),
    (429, {"Retry-After": "30"}, "stop", "throttled", 30),
    (429, {"Retry-After": "99999999"}, "stop", "throttled", 3600),
    (429, {"Retry-After": "tomorrow"}, "stop", "throttled", 5),
    (400, {}, "unknown", "http_400", None),
    (403, {}, "unknown", "http_403", None),
    (500, {}, "unknown", "http_500", None),
    (503, {"Retry-After": "1"}, "unknown", "http_503", None),
    (302, {"Location": "/version1/messaging"}, "unknown", "http_302", None),
]


@pytest.mark.parametrize("row", STATUSES, ids=lambda row: f"{row[0]}{row[1] or ''}")
def test_only_what_certainly_sent_nothing_may_be_tried_again(operator, sms, row):
    status, headers, *expected = row
    operator.answer = lambda: Response("no", status, headers)

    (result,) = send(sms)

    assert [result.outcome, result.reason, result.wait_seconds] == expected


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/plain"])
def test_json_is_read_whatever_it_is_called(operator, sms, content_type: str):
    operator.says(recipients=[recipient()], content_type=content_type)

    (result,) = send(sms)

    assert result.outcome == "accepted"


@pytest.mark.parametrize(
    "body", ["", "OK", "[]", "{}", '{"SMSMessageData": 1}', '{"SMSMessageData": {"Message": "x"}}']
)
def test_an_answer_nobody_can_read_says_nothing(operator, sms, body: str):
    operator.answer = lambda: Response(body, 201, content_type="application/json")

    (result,) = send(sms)

    assert (result.outcome, result.reason) == ("unknown", "unreadable_answer")


@pytest.mark.parametrize(
    ("cost", "kept", "currency"),
    [
        ("USD 0.0158", Decimal("0.0158"), "USD"),
        ("LAK 120", Decimal(120), "LAK"),
        ("0", Decimal(0), None),
        ("free", None, None),
        ("NaN", None, None),
        ("usd 1", Decimal(1), None),
        ("KIP\u0e81 1", Decimal(1), None),
        (None, None, None),
    ],
)
def test_the_cost_is_a_number_and_its_currency_or_nothing(operator, sms, cost, kept, currency):
    operator.says(recipients=[recipient(cost=cost)])

    (result,) = send(sms)

    assert (result.cost, result.currency) == (kept, currency)


def test_an_answer_that_takes_too_long_may_have_sent():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        hanging = AfricasTalkingSms("sandbox", "k", f"http://127.0.0.1:{port}", timeouts=(1, 0.2))
        (result,) = send(hanging)

    assert (result.outcome, result.reason) == ("unknown", "no_answer")


def test_where_nobody_listens_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (result,) = send(AfricasTalkingSms("sandbox", "k", f"http://127.0.0.1:{port}"))

    assert (result.outcome, result.reason) == ("retry", "connect_failed")


def test_a_connection_is_kept_for_the_next_call():
    ports: list[int] = []

    class KeepsOpen(BaseHTTPRequestHandler):
        """Werkzeug's own server closes after every answer."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            ports.append(self.client_address[1])
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), KeepsOpen) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        sms = AfricasTalkingSms("sandbox", "k", f"http://127.0.0.1:{server.server_port}")
        send(sms)
        send(sms)
        server.shutdown()
        thread.join()

    assert len(ports) == 2
    assert len(set(ports)) == 1


# --- Against the simulator: its magic numbers bring the documented faults ---------------------


@pytest.fixture
def simulated(serve: Serve) -> Iterator[AfricasTalkingSms]:
    app = create_simulator(Config(gateway_url=serve(Flask("nobody"))))
    with serving(app) as url:
        yield AfricasTalkingSms("sandbox", "demo-api-key", url, timeouts=(1, 2))
    app.extensions["simulator"].close()


@pytest.mark.parametrize(
    ("digits", "outcome", "reason"),
    [
        ("1234", "accepted", None),
        ("9001", "unknown", "no_answer"),
        ("9002", "retry", "no_recipients"),
        ("9003", "stop", "authentication"),
        ("9004", "unknown", "http_500"),
        ("9005", "unknown", "http_500"),
        ("9006", "stop", "throttled"),
        ("9007", "accepted", None),
        ("9403", "refused", "InvalidPhoneNumber"),
        ("9405", "stop", "InsufficientBalance"),
        ("9501", "retry", "GatewayError"),
    ],
)
def test_the_simulators_faults_are_understood(simulated, digits: str, outcome: str, reason):
    (result,) = send(simulated, f"+856205599{digits}")

    assert (result.outcome, result.reason) == (outcome, reason)
