"""Signatures of Standard Webhooks (https://www.standardwebhooks.com), version 1."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_OCTETS = 32  # the specification asks for 24 to 64


def secret_of(octets: bytes) -> str:
    """How a secret is shown to whoever verifies: `whsec_` and base64."""
    return PREFIX + b64encode(octets).decode()


def signatures(secrets: Iterable[str], webhook_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one for each secret, a space between."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, signed, "sha256")).decode()
