"""deploy/nginx.conf, in Debian's nginx: what it lets through, and what it never writes down."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Thread

import pytest
import requests

from tests.deploy.nginx import Nginx, needs_nginx, running
from tests.ports import free_port
from tests.worker.processes import Processes, start_web

KEY, NUMBER, TYPED, NAME = "s3cr3t-callback-key", "8562055512345", "2604321", "Bounmi"
SECRETS = (KEY, NUMBER, NUMBER[3:], TYPED, NAME)


@pytest.fixture(autouse=True)
def _installed() -> None:
    needs_nginx()


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(running(Nginx(tmp_path, port)))


pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
]


def test_it_is_what_debians_nginx_understands(tmp_path: Path):
    checked = subprocess.run(  # noqa: S603 - Debian's
        Nginx(tmp_path, free_port()).run("-t"), capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr


def test_nothing_of_a_request_is_written_whatever_becomes_of_it(start):
    """While the gateway restarts every callback is refused: then it would be in the error log."""
    nginx = start(free_port())  # nobody is there
    query = f"key={KEY}&from=%2B{NUMBER}&text={TYPED}"
    for path in (
        f"/callbacks/kannel/mo?{query}",
        f"/callbacks/africastalking/ussd?{query}",
        f"/console/beneficiaries/?q={NAME}&number={NUMBER}",
        f"/healthz?{query}",
    ):
        assert nginx.request("GET", path).status_code == 502
    form, ussd = {"phoneNumber": f"+{NUMBER}", "text": TYPED}, f"/callbacks/x/ussd?{query}"
    assert nginx.request("POST", ussd, data=form).status_code == 502
    assert nginx.request("POST", ussd, data="x" * 70_000).status_code == 413
    assert nginx.request("GET", f"/nowhere/{NUMBER}?{query}").status_code == 404
    with suppress(requests.ConnectionError):  # it may hang up before all of it is there
        nginx.request("GET", f"/callbacks/{TYPED * 9000}?{query}")
    with ThreadPoolExecutor(8) as pool:  # fast enough, most of the time, to meet the limit as well
        answers = list(pool.map(nginx.request, ["GET"] * 100, [f"/console/?q={NAME}"] * 100))
    assert {answer.status_code for answer in answers} <= {502, 503}
    assert "/console/" in nginx.written()
    assert [secret for secret in SECRETS if secret in nginx.written()] == []


class BreaksOff:
    """A web process that takes a request, counts it and hangs up."""

    def __init__(self, stack: ExitStack) -> None:
        self.requests: list[bytes] = []
        self._listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                client, _address = self._listening.accept()
                with client:
                    self.requests.append(client.recv(65536))


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        ("POST", "/callbacks/africastalking/ussd", 2),  # twice is answered twice, counted once
        ("POST", "/console/payments/marks", 1),  # what staff send is done once, or not at all
        ("GET", "/console/payments/", 2),
    ],
)
def test_what_breaks_off_in_the_middle_goes_to_the_next_where_twice_is_as_once(
    tmp_path, method, path, times
):
    with ExitStack() as stack:
        processes = [BreaksOff(stack), BreaksOff(stack)]
        ports = [process.port for process in processes]
        nginx = stack.enter_context(running(Nginx(tmp_path, *ports)))
        assert nginx.request(method, path, data={"text": "1"}).status_code == 502
        assert sum(len(process.requests) for process in processes) == times


def test_sixteen_bodies_that_never_come_hold_up_nobody(start, sqlite_url, redis_url, tmp_path):
    """Behind granian's four threads without nginx they would hold up every callback."""
    processes = Processes(
        {"DATABASE_URL": sqlite_url, "REDIS_URL": redis_url}, tmp_path / "gateway.txt"
    )
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with ExitStack() as stack:
        stack.callback(processes.close)
        nginx = start(int(start_web(processes).rpartition(":")[2]))
        for _client in range(16):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", nginx.port)))
            client = stack.enter_context(trusting.wrap_socket(plain))
            client.sendall(
                b"POST /callbacks/africastalking/ussd?key=demo HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nte"
            )
        form = {"sessionId": "s", "phoneNumber": "+8562055500001", "serviceCode": "*123#",
                "networkCode": "45703", "text": ""}  # fmt: skip
        answer = nginx.request("POST", "/callbacks/africastalking/ussd?key=demo", data=form)
        assert answer.text.startswith("CON ")
