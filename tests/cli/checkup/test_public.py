"""What operators and staff reach set up wrong, and what the doctor says to it."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from gateway.core.findings import Level
from gateway.settings import Settings
from tests.cli.checkup.conftest import Doctor, says
from tests.ports import free_port
from tests.service import Service

Serve = Callable[..., str]


def certificate(folder: Path, name: str, days: int) -> ssl.SSLContext:
    """One of its own for `name`, which ends in so many days."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days, minutes=5))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """`serve(app, name="localhost", days=60)`: its https address."""
    running = []

    def start(app, name: str = "localhost", days: int = 60) -> str:
        context = certificate(tmp_path, name, days)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=context)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"https://localhost:{server.port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def answering(status: str):
    """Another site."""

    def app(_environ, start_response):
        start_response(status, [("Content-Type", "text/plain")])
        return [b"something else"]

    return app


KEY = {"callback_key": Settings().callback_key}


def test_all_is_well(doctor: Doctor, serve: Serve, service: Service):
    own = {"public_url": serve(service.app), **KEY}
    for check in ("public", "certificate", "callbacks"):
        assert doctor(check, **own) == (), check


def test_it_is_not_set(doctor: Doctor):
    says(doctor("public"), Level.WARNING, "PUBLIC_URL is empty")


def test_nobody_answers(doctor: Doctor):
    found = doctor("public", public_url=f"https://localhost:{free_port()}")
    says(found, Level.FAULT, "PUBLIC_URL does not answer")


def test_nothing_behind_the_proxy(doctor: Doctor, serve: Serve):
    found = doctor("public", public_url=serve(answering("502 Bad Gateway")))
    says(found, Level.FAULT, "Behind PUBLIC_URL nothing answers")


def test_another_site(doctor: Doctor, serve: Serve):
    url = serve(answering("404 Not Found"))
    says(doctor("public", public_url=url), Level.FAULT, "PUBLIC_URL/healthz answers 404")


def test_a_site_that_answers_everything(doctor: Doctor, serve: Serve):
    found = doctor("callbacks", public_url=serve(answering("200 OK")))
    words = "/callbacks/africastalking/ussd answers 200 to a wrong key, not 403"
    says(found, Level.FAULT, words)


def test_a_web_server_with_another_key(doctor: Doctor, serve: Serve, service: Service):
    found = doctor("callbacks", public_url=serve(service.app), callback_key="a new & longer key")
    says(
        found,
        Level.FAULT,
        "/callbacks/africastalking/ussd refuses the key that this command has",
    )
    assert "longer" not in found[0].wrong + found[0].do


@pytest.mark.parametrize(
    ("name", "days", "why"),
    [("localhost", -1, "certificate has expired"), ("other.example.la", 60, "Hostname mismatch")],
)
def test_a_certificate_that_is_not_valid(
    doctor: Doctor, serve: Serve, name: str, days: int, why: str
):
    url = serve(answering("200 OK"), name, days)
    found = doctor("certificate", public_url=url)
    says(found, Level.FAULT, "The certificate of PUBLIC_URL is not valid")
    assert why in found[0].wrong
    assert doctor("public", public_url=url) == (), "said once"


def test_a_certificate_that_ends_soon(doctor: Doctor, serve: Serve):
    found = doctor("certificate", public_url=serve(answering("200 OK"), days=9))
    says(found, Level.WARNING, "The certificate of PUBLIC_URL ends in")
    assert "9 days" in found[0].wrong
