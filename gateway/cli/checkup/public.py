"""What operators and staff reach: PUBLIC_URL, its certificate, the callbacks behind it."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from gateway.cli.checkup.examining import Installation
from gateway.cli.reach import LOOPBACK, own_addresses, reachable
from gateway.core.findings import Finding, fault, unknown, warning
from gateway.providers.provider import Provider

_SECONDS = 2.0
SOON = timedelta(days=21)
_NO_KEY = "no-key-of-ours"


def address(installation: Installation) -> Iterator[Finding]:
    url = installation.settings.public_url
    if not url:
        if not installation.settings.demo:
            yield warning(
                "PUBLIC_URL is empty: nobody can use a security key, and what operators and staff "
                "reach cannot be looked at.",
                "Set it to the console's address, https://gateway.example.la, and restart.",
            )
        return
    try:
        status = _status("GET", url, "/healthz")
    except ssl.SSLError:
        return  # the certificate's check says it
    except (OSError, HTTPException) as error:
        yield fault(
            f"PUBLIC_URL does not answer ({type(error).__name__}).",
            "Look whether its name leads to this machine, nginx runs and the firewall lets 443 in.",
        )
        return
    if status in {502, 503, 504}:
        yield fault(
            f"Behind PUBLIC_URL nothing answers ({status}).",
            "systemctl status gateway-web; nginx's upstream must have its port.",
        )
    elif status != 200:
        yield fault(
            f"PUBLIC_URL/healthz answers {status}: something else than the service is there.",
            "Mend PUBLIC_URL, or nginx's server_name and site (deploy/nginx.conf).",
        )


def certificate(installation: Installation) -> Iterator[Finding]:
    parts = urlsplit(installation.settings.public_url)
    if parts.scheme != "https":
        return
    host, port = str(parts.hostname), parts.port or 443
    try:
        with (
            socket.create_connection((host, port), _SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secured,
        ):
            ends = str((secured.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as error:
        yield fault(
            f"The certificate of PUBLIC_URL is not valid: {error.verify_message}.",
            "Renew it (certbot renew), send the whole chain (fullchain.pem), reload nginx.",
        )
        return
    except ssl.SSLError:
        yield fault("PUBLIC_URL speaks no TLS.", "nginx must `listen 443 ssl` there.")
        return
    except OSError:
        return  # the address's check says it
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - datetime.now(UTC)
    if left < SOON:
        yield warning(
            f"The certificate of PUBLIC_URL ends in {left.days} days.",
            "certbot renew, then systemctl reload nginx; look whether its timer runs.",
        )


def callbacks(installation: Installation) -> Iterator[Finding]:
    """Asked with OPTIONS: the key is looked at, nothing is stored or counted."""
    settings = installation.settings
    for provider in installation.providers:
        base = provider.callback_base(settings)
        if base and provider.in_use(settings):
            yield from _of_provider(installation, provider, base)


def _of_provider(installation: Installation, provider: Provider, base: str) -> Iterator[Finding]:
    settings = installation.settings
    path = f"/callbacks/{provider.name}{provider.routes(settings)[0].path}"
    key = settings.callback_keys(provider.name)[0]
    try:
        without = _status("OPTIONS", base, f"{path}?key={_NO_KEY}")
        given = _status("OPTIONS", base, f"{path}?key={quote(key, safe='')}")
    except (OSError, HTTPException) as error:
        yield unknown(f"{path} does not answer ({type(error).__name__}).")
        return
    if without != 403:
        yield fault(
            f"{path} answers {without} to a wrong key, not 403: something else answers there.",
            "nginx must pass /callbacks/ on as it is (deploy/nginx.conf).",
        )
    elif given == 403 and settings.callback_networks(provider.name):
        yield unknown(
            f"{path} refuses this machine, as CALLBACK_ADDRESSES_{provider.name.upper()} has it."
        )
    elif given == 403:
        yield fault(
            f"{path} refuses the key that this command has: the web server has another one.",
            "Restart the web server after a change of CALLBACK_KEY; each machine needs the same.",
        )
    elif given != 200:
        yield fault(
            f"{path} answers {given} to the right key.",
            "Look at the web server's log, and at what stands between (deploy/nginx.conf).",
        )


def proxy(installation: Installation) -> Iterator[Finding]:
    """Nothing listens here: this machine has other work."""
    port = installation.port
    if not reachable(LOOPBACK, port, _SECONDS):
        return
    for one in reachable(own_addresses(), port, 1.0):
        yield fault(
            f"The web server can be reached at {one}, port {port}, past nginx: a client that never "
            "sends its request's body holds a thread for ever.",
            "Have it listen on 127.0.0.1 (--host).",
        )


def _status(method: str, base: str, path: str) -> int:
    """Raises OSError, HTTPException. The system's certificates count, and no proxy."""
    parts = urlsplit(base)
    host, port = str(parts.hostname), parts.port
    connection = (
        HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(host, port, timeout=_SECONDS)
    )
    try:
        connection.request(method, parts.path.rstrip("/") + path)
        return connection.getresponse().status
    finally:
        connection.close()
