"""The same over the web server itself: what a test client cannot send, or sends more politely."""

import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from gateway.dialogue.host import DIAL_AGAIN
from tests.callbacks.forms import MOTHER, end, is_a_screen

PATH = "/callbacks/africastalking/ussd?key=demo"
DIAL = f"sessionId=ATUid_http&phoneNumber=%2B{MOTHER[1:]}&serviceCode=*123%23&text=".encode()
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture
def send(web):
    """Raw octets to the server, on one connection; (status, body) of the answer."""
    with socket.create_connection(("127.0.0.1", urlsplit(web).port), timeout=10) as line:

        def speak(request: bytes):
            line.sendall(request)
            answer = HTTPResponse(line)
            answer.begin()
            return answer.status, answer.read().decode()

        yield speak


def post(body: bytes, *headers: str, path: str = PATH, length: int | None = None) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: gateway", *(headers or (FORM,))]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@pytest.fixture
def leaves_no_trace(gateway):
    before = gateway.traces()
    yield
    assert gateway.traces() == before


RAW = {
    "a raw byte in the text": DIAL + b"\xff",
    "a raw byte in the session id": DIAL.replace(b"ATUid", b"\xff"),
    "raw bytes after everything": DIAL + b"&x=\xc3\x28",
    "UTF-16": DIAL.decode().encode("utf-16"),
    "nothing but raw bytes": bytes(range(128, 256)),
    "NUL bytes": b"\0" * 100,
    "nothing": b"",
    "64 KiB and one": b"x" * (64 * 1024 + 1),
    "a megabyte": b"text=" + b"1*" * 500_000,
}


@pytest.mark.usefixtures("leaves_no_trace")
@pytest.mark.parametrize("body", RAW.values(), ids=RAW)
def test_what_is_no_form_asks_to_dial_again(send, body):
    assert send(post(body)) == (200, end(DIAL_AGAIN))


@pytest.mark.usefixtures("leaves_no_trace")
def test_a_form_without_its_content_type_asks_to_dial_again(send):
    assert send(post(DIAL, "Accept: */*")) == (200, end(DIAL_AGAIN))


@pytest.mark.parametrize("host", ["gate..way/?#", "\xff", "[::1", "x" * 300])
def test_whatever_host_was_asked_for_the_menu_answers(send, host):
    odd = post(DIAL).replace(b"Host: gateway", b"Host: " + host.encode("latin-1"))
    status, screen = send(odd)
    assert status == 200
    assert screen.startswith("CON ")


@pytest.mark.usefixtures("leaves_no_trace")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "BREW"])
def test_another_method_is_refused(send, method):
    status, _body = send(post(DIAL).replace(b"POST", method.encode(), 1))
    assert status == 405


@pytest.mark.usefixtures("leaves_no_trace")
@pytest.mark.parametrize("query", ["", "?key=", "?key=\xff", "?key=demo%0d%0aX:1"])
def test_a_wrong_key_is_refused(send, query):
    status, body = send(post(DIAL, path=f"/callbacks/africastalking/ussd{query}"))
    assert 400 <= status < 500
    assert MOTHER not in body


@pytest.mark.usefixtures("leaves_no_trace")
@pytest.mark.parametrize(
    "line",
    ["Transfer-Encoding: nonsense", "Content-Length: -5", "Content-Length: 3, 4", "No colon here"],
)
def test_a_request_that_is_no_http_is_a_4xx(send, line):
    status, _body = send(post(DIAL, FORM, line, length=-1))
    assert 400 <= status < 500


def test_a_caller_who_hangs_up_in_the_middle_harms_nobody(web, send):
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", urlsplit(web).port)) as broken:
            broken.sendall(post(DIAL, length=len(DIAL) + 50))
    status, body = send(post(DIAL))
    assert (status, body[:4]) == (200, "CON ")


ODD = {
    "as usual": post(DIAL),
    "with a character set": post(DIAL, f"{FORM}; charset=ISO-8859-1"),
    "in chunks": post(b"", FORM, "Transfer-Encoding: chunked", length=-1)
    + f"{len(DIAL):x}\r\n".encode()
    + DIAL
    + b"\r\n0\r\n\r\n",
    "as HTTP/1.0": post(DIAL, FORM, "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "with bytes in a header": post(DIAL, FORM, "at-ussd-hop-metadata: caf\xe9\xff"),
    "with a long header": post(DIAL, FORM, "at-ussd-hop-metadata: " + "1." * 10_000),
    "through a proxy that lies": post(DIAL, FORM, "X-Forwarded-For: 'x', \"y\"", "Forwarded: for="),
}


@pytest.mark.parametrize("request_", ODD.values(), ids=ODD)
def test_a_dial_is_a_dial(send, request_):
    status, body = send(request_)
    assert status == 200
    assert body.startswith("CON ")
    assert is_a_screen(body)


def test_a_connection_goes_on_after_what_was_refused(send):
    assert send(post(DIAL, path="/callbacks/africastalking/ussd?key=no"))[0] == 403
    assert send(post(DIAL + b"\xff"))[0] == 200
    status, body = send(post(DIAL))
    assert (status, body[:4]) == (200, "CON ")


def test_a_retry_is_the_same_to_the_byte_headers_included(web):
    answers = []
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", urlsplit(web).port)) as line:
            line.sendall(post(DIAL))
            answer = HTTPResponse(line)
            answer.begin()
            headers = [pair for pair in answer.getheaders() if pair[0].lower() != "date"]
            answers.append((headers, answer.read()))
    assert answers[0] == answers[1]
    assert "at-ussd-hop-metadata" in dict(answers[0][0])
