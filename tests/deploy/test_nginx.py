"""deploy/nginx.conf, in Debian's nginx: what it lets through, and what it never writes down."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

from tests.ports import free_port
from tests.worker.processes import ROOT, Processes, start_web, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SITE = ROOT / "deploy" / "nginx.conf"
KEY, NUMBER, TYPED, NAME = "s3cr3t-callback-key", "8562055512345", "2604321", "Bounmi"
SECRETS = (KEY, NUMBER, NUMBER[3:], TYPED, NAME)
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


class Nginx:
    def __init__(self, folder: Path, gateway_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
        subprocess.run(  # noqa: S603 - a certificate for this test
            ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", "/CN=gateway.example.la", "-out", certificate, "-keyout", key],
            check=True, capture_output=True,
        )  # fmt: skip
        site = SITE.read_text()
        for ours, here in (
            ("listen 443", f"listen 127.0.0.1:{self.port}"),
            ("127.0.0.1:8000", f"127.0.0.1:{gateway_port}"),
            ("/etc/letsencrypt/live/gateway.example.la", str(folder)),
            ("/var/log/nginx", str(folder)),
        ):
            assert ours in site
            site = site.replace(ours, here)
        (folder / "site.conf").write_text(site)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))

    def run(self, *arguments: str) -> list[str]:
        return [
            str(NGINX),
            "-p",
            str(self.folder),
            "-c",
            str(self.folder / "nginx.conf"),
            *arguments,
        ]

    def request(self, method: str, path: str, **kwargs) -> requests.Response:
        url = f"https://127.0.0.1:{self.port}{path}"
        return requests.request(method, url, verify=False, timeout=60, **kwargs)  # noqa: S501 - our own

    def is_up(self) -> bool:
        try:
            self.request("GET", "/")
        except requests.ConnectionError:
            return False
        return True

    def written(self) -> str:
        return "\n".join(file.read_text() for file in self.folder.glob("*.log"))


@pytest.fixture(autouse=True)
def _installed() -> None:
    if NGINX is None:
        reason = "Debian's nginx is not installed"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture
def start(tmp_path: Path) -> Iterator:
    with ExitStack() as stack:

        def start(gateway_port: int) -> Nginx:
            nginx = Nginx(tmp_path, gateway_port)
            process = subprocess.Popen(nginx.run(), stderr=subprocess.DEVNULL)  # noqa: S603 - Debian's
            stack.callback(process.wait)
            stack.callback(process.terminate)
            until(nginx.is_up)
            return nginx

        yield start


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
