"""Keys: ours from PEM, published as a JWK set; a partner's from PEM or from its own set."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey, RSAKey

Kind = Literal["ed25519", "rs256"]

JOSE_NAMES: Mapping[Kind, tuple[str, ...]] = {"ed25519": ("EdDSA", "Ed25519"), "rs256": ("RS256",)}
LEAST_RSA = 2048  # bits
MOST_KEYS = 20  # of one set
_PEM = re.compile(r"-----BEGIN (PRIVATE|PUBLIC) KEY-----(.*?)-----END \1 KEY-----", re.DOTALL)


class KeyRefusedError(ValueError):
    """A key that is none, or none that any profile signs with; the text never shows it."""


@dataclass(frozen=True)
class SigningKey:
    """One of ours; `kid` is its RFC 7638 thumbprint."""

    kind: Kind
    kid: str
    private: Ed25519PrivateKey | RSAPrivateKey

    def __repr__(self) -> str:
        return f"<{self.kind} signing key>"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Of a partner, or ours as others see it; `kid` as its owner names it, "" without a name."""

    kind: Kind
    kid: str
    public: Ed25519PublicKey | RSAPublicKey


def signing_keys_of(text: str) -> tuple[SigningKey, ...]:
    """Those of `text`: PEM (PKCS#8, no passphrase), any number after another, newest first.

    Line ends may be missing or written as backslash and n, as environments do.
    Raises KeyRefusedError where there is none, or one that is neither Ed25519 nor RSA.
    """
    keys = []
    for octets in _der_of(text, "PRIVATE"):
        try:
            private = load_der_private_key(octets, password=None)
        except (ValueError, TypeError):
            raise KeyRefusedError("a private key cannot be read") from None
        if not isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
            raise KeyRefusedError("a private key is neither Ed25519 nor RSA")
        kind = _kind_of(private)
        keys.append(SigningKey(kind, _jwk_of(private.public_key()).thumbprint(), private))
    if not keys:
        raise KeyRefusedError("there is no PEM private key (PKCS#8: BEGIN PRIVATE KEY)")
    return tuple(keys)


def public_keys_of_pem(text: str) -> tuple[PublicKey, ...]:
    """The public keys of PEM (SubjectPublicKeyInfo), newest first. Raises KeyRefusedError."""
    keys = []
    for octets in _der_of(text, "PUBLIC"):
        try:
            public = load_der_public_key(octets)
        except ValueError:
            raise KeyRefusedError("a public key cannot be read") from None
        if not isinstance(public, Ed25519PublicKey | RSAPublicKey):
            raise KeyRefusedError("a public key is neither Ed25519 nor RSA")
        keys.append(PublicKey(_kind_of(public), "", public))
    if not keys:
        raise KeyRefusedError("there is no PEM public key (BEGIN PUBLIC KEY)")
    return tuple(keys)


def public_keys_of_set(document: object) -> tuple[PublicKey, ...]:
    """The signing keys of a JWK set; what is no Ed25519 or RSA key for signatures is passed over.

    Raises KeyRefusedError where nothing is left, or the document is no set.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise KeyRefusedError("the JWK set has no list of keys")
    keys = [key for one in listed[:MOST_KEYS] if (key := _of_jwk(one)) is not None]
    if not keys:
        raise KeyRefusedError("the JWK set has no Ed25519 or RSA key for signatures")
    return tuple(keys)


def key_set(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """What `/.well-known/jwks.json` says of ours: the public halves, with name, use, algorithm."""
    told = []
    for key in keys:
        jwk = _jwk_of(key.private.public_key()).as_dict(private=False)
        told.append({**jwk, "kid": key.kid, "use": "sig", "alg": JOSE_NAMES[key.kind][0]})
    return {"keys": told}


def public_half(key: SigningKey) -> PublicKey:
    """Of one of ours."""
    return PublicKey(key.kind, key.kid, key.private.public_key())


def _der_of(text: str, kind: str) -> list[bytes]:
    found = []
    for pem in _PEM.finditer(text.replace("\\n", "\n")):
        if pem[1] != kind:
            continue
        try:
            found.append(base64.b64decode("".join(pem[2].split()), validate=True))
        except (binascii.Error, ValueError):
            raise KeyRefusedError("a PEM key is no base64") from None
    return found


def _kind_of(key: object) -> Kind:
    if isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, RSAPrivateKey | RSAPublicKey) and key.key_size < LEAST_RSA:
        raise KeyRefusedError(f"an RSA key has fewer than {LEAST_RSA} bits")
    return "rs256"


def _jwk_of(public: Ed25519PublicKey | RSAPublicKey) -> OKPKey | RSAKey:
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return OKPKey.import_key(pem) if _kind_of(public) == "ed25519" else RSAKey.import_key(pem)


def _of_jwk(one: object) -> PublicKey | None:
    if not isinstance(one, dict) or one.get("use", "sig") != "sig":
        return None
    try:
        public = _imported(one)
        kid = one.get("kid")
        if not isinstance(public, Ed25519PublicKey | RSAPublicKey):
            return None
        return PublicKey(_kind_of(public), kid if isinstance(kid, str) else "", public)
    except (JoseError, ValueError, TypeError):
        return None


def _imported(one: dict[str, Any]) -> object:
    if one.get("kty") == "OKP":
        return OKPKey.import_key(one).public_key
    return RSAKey.import_key(one).public_key if one.get("kty") == "RSA" else None
