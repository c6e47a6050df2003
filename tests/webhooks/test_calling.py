"""One call to a receiver, which may do what it likes."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.webhooks.addresses import target_of
from gateway.webhooks.calling import Answer, Calls
from tests.providers.upstream import Answer as Says
from tests.providers.upstream import Upstream, listening

Talk = Callable[[socket.socket], None]
HEADERS = {"Content-Type": "application/json", "webhook-id": "evt_1"}


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """A server that does what no HTTP server does, on each connection; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _from = server.accept()
                except OSError:
                    return
                with connection:
                    talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def _saying(said: bytes) -> Talk:
    def say(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(said)

    return say


def _post(url: str, *, private: bool = True, seconds: float = 5.0, **calls) -> Answer:
    target = target_of(url, private=True)
    return Calls(private=private, seconds=seconds, **calls).post(target, HEADERS, b"{}")


def _said(says: Says, path: str = "/hook") -> Answer:
    with listening(Upstream(lambda _asked: says)) as receiver:
        return _post(receiver.url + path)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_whoever_says_2xx_has_it(status: int):
    assert _said(Says(status)) == Answer(None, status)


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        (Says(500), Answer("status", 500)),
        (Says(404), Answer("status", 404)),
        (Says(410), Answer("gone", 410)),
        (Says(429), Answer("too_many", 429)),
        (Says(503), Answer("status", 503)),
        (
            Says(503, headers=(("Retry-After", "120"),)),
            Answer("too_many", 503, timedelta(minutes=2)),
        ),
        (
            Says(429, headers=(("Retry-After", "9" * 400),)),
            Answer("too_many", 429, timedelta(seconds=999999)),
        ),
        (
            Says(429, headers=(("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),)),
            Answer("too_many", 429),
        ),
        (Says(302, headers=(("Location", "http://127.0.0.1:1/"),)), Answer("redirect", 302)),
        (Says(drops=True), Answer("cut_off")),
    ],
)
def test_what_a_receiver_says_in_a_word(says: Says, answer: Answer):
    assert _said(says) == answer


def test_a_redirect_to_an_inner_address_is_not_followed():
    with listening(Upstream(lambda _asked: Says())) as inner:
        away = Says(307, headers=(("Location", f"{inner.url}/secrets"),))
        with listening(Upstream(lambda _asked: away)) as receiver:
            answer = _post(receiver.url)

    assert (answer, inner.asked) == (Answer("redirect", 307), [])


def test_the_receiver_gets_the_body_as_it_is_and_its_own_name():
    with listening(Upstream(lambda _asked: Says())) as receiver:
        port = receiver.url.rpartition(":")[2]
        _post(f"http://hooks.example:{port}/a?b=c", resolve=lambda *_: ["127.0.0.1"])

    (asked,) = receiver.asked
    assert asked.body == "{}"
    assert asked.headers["Host"] == f"hooks.example:{port}"
    assert asked.headers["webhook-id"] == "evt_1"


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch):
    with listening(Upstream(lambda _asked: Says())) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert _said(Says()) == Answer(None, 200)

    assert proxy.asked == []


def test_a_receiver_that_never_answers_is_given_up():
    with listening(Upstream(lambda _asked: Says(hangs=True))) as receiver:
        answer = _post(receiver.url, seconds=0.3)
        receiver.released.set()

    assert answer == Answer("no_answer")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"HTTP/1.1 ", Answer("no_answer")),
        (b"HTTP/1.1 200 OK\r\nX: ", Answer(None, 200)),  # it has said what counts
    ],
)
def test_one_that_drips_is_given_up_as_well(said: bytes, answer: Answer):
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(said)
        while not over.wait(0.02):
            try:
                connection.sendall(b"a")
            except OSError:
                return

    with talking(drip) as url:
        assert _post(url, seconds=0.3) == answer
        over.set()


def test_an_answer_without_end_is_not_read():
    def flood(connection: socket.socket) -> None:
        connection.recv(4096)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(b"a" * 65536)
        except OSError:
            return

    with talking(flood) as url:
        assert _post(url) == Answer(None, 200)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_whoever_has_said_200_has_it_however_the_answer_ends(said: bytes):
    with talking(_saying(said)) as url:
        assert _post(url) == Answer(None, 200)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 2", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200]
)
def test_what_is_no_answer_is_none(said: bytes):
    with talking(_saying(said)) as url:
        assert _post(url) == Answer("cut_off")


def test_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert _post(f"http://127.0.0.1:{port}/") == Answer("not_reached")


def test_a_name_that_nobody_knows():
    def unknown(*_asked: object) -> list[str]:
        raise socket.gaierror

    assert _post("https://no.example/", resolve=unknown) == Answer("no_name")
    assert _post("https://no.example/", resolve=lambda *_: []) == Answer("no_name")


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"], ["::1"]]
)
def test_a_name_for_a_machine_that_may_not_be_called(addresses: list[str]):
    with listening(Upstream(lambda _asked: Says())) as receiver:
        port = receiver.url.rpartition(":")[2]
        url = f"http://hooks.example:{port}/"
        answer = _post(url, private=False, resolve=lambda *_: addresses)

    assert (answer, receiver.asked) == (Answer("private_address"), [])


def test_a_name_is_looked_up_once_so_it_cannot_change_between_check_and_call():
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with listening(Upstream(lambda _asked: Says())) as receiver:
        port = receiver.url.rpartition(":")[2]
        answer = _post(f"http://hooks.example:{port}/", resolve=rebinding)

    assert (answer, asked, len(receiver.asked)) == (Answer(None, 200), ["hooks.example"], 1)


def test_the_second_address_is_called_where_the_first_leads_nowhere():
    with listening(Upstream(lambda _asked: Says())) as receiver:
        port = receiver.url.rpartition(":")[2]
        both = ["::1", "127.0.0.1"]
        answer = _post(f"http://hooks.example:{port}/", resolve=lambda *_: both)

    assert answer == Answer(None, 200)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603 - a certificate for this test
        ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hooks.example",
         "-addext", "subjectAltName=DNS:hooks.example", "-out", certificate, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


def _over_tls(pair: tuple[Path, Path], host: str, *, known: bool) -> tuple[Answer, list[str]]:
    names: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    ours = ssl.create_default_context(cafile=str(pair[0]) if known else None)

    def talk(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(4096)
                secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        except OSError:
            return

    with talking(talk) as url:
        at = url.replace("http://127.0.0.1", f"https://{host}")
        return _post(at, resolve=lambda *_: ["127.0.0.1"], authorities=ours), names


def test_the_certificate_is_that_of_the_name_and_not_of_the_address(certificate):
    assert _over_tls(certificate, "hooks.example", known=True) == (
        Answer(None, 204),
        ["hooks.example"],
    )


@pytest.mark.parametrize(("host", "known"), [("other.example", True), ("hooks.example", False)])
def test_another_certificate_or_an_unknown_one_is_refused(certificate, host: str, known: bool):
    answer, _names = _over_tls(certificate, host, known=known)

    assert answer == Answer("certificate")


def test_whoever_never_ends_the_handshake_is_given_up():
    over = threading.Event()
    with talking(lambda _connection: (over.wait(5), None)[1]) as url:
        answer = _post(url.replace("http:", "https:"), seconds=0.3)
        over.set()

    assert answer == Answer("no_answer")
