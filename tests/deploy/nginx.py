"""deploy/nginx.conf in Debian's nginx, on ports of this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.ports import free_port
from tests.worker.processes import ROOT, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SITE = ROOT / "deploy" / "nginx.conf"
SERVER = "    server 127.0.0.1:8000 max_fails=0;"
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
    """Before the web processes on `gateway_ports`."""

    def __init__(self, folder: Path, *gateway_ports: int) -> None:
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
            (SERVER, "\n".join(SERVER.replace("8000", str(port)) for port in gateway_ports)),
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


def needs_nginx() -> None:
    if NGINX is None:
        reason = "Debian's nginx is not installed"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@contextmanager
def running(nginx: Nginx) -> Iterator[Nginx]:
    process = subprocess.Popen(nginx.run(), stderr=subprocess.DEVNULL)  # noqa: S603 - Debian's
    try:
        until(nginx.is_up)
        yield nginx
    finally:
        process.terminate()
        process.wait()
