"""Signatures of messages: the specification leaves them open, and its users sign in three ways.

Each partner has one profile:

    openspp   draft-cavage string over (created) (expires) digest; Ed25519 or RSA; valid 300 s
    openg2p   detached JWS over {header, message} as compact JSON with sorted keys
    opencrvs  compact JWS (RS256) whose payload is {header, message}
    none      no signature: what calls itself one is refused, because nobody could check it
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.core.dci.keys import JOSE_NAMES, Kind, PublicKey, SigningKey
from gateway.core.dci.moments import is_timely, moment_of
from gateway.core.dci.words import ErrorCode, MessageError, Profile

VALID = timedelta(seconds=300)
SKEW = timedelta(seconds=60)
# What stands where a signature would, of partners that sign nothing.
UNSIGNED = frozenset({"", "unsigned", "unsigned-stub", "signature_validation_disabled"})
KINDS: Mapping[Profile, tuple[Kind, ...]] = {
    "openspp": ("ed25519", "rs256"),
    "openg2p": ("rs256", "ed25519"),
    "opencrvs": ("rs256",),
    "none": (),
}

Signed = Mapping[str, Any]  # {"header": …, "message": …}

_PART = re.compile(r'\b(\w{1,20})="([^"]{0,1500})"')
_LARGEST = 2_000_000  # characters: a compact JWS holds the message
_LARGEST_HEAD = 4096  # of what is not the message


def sign(
    profile: Profile, signed: Signed, keys: Iterable[SigningKey], *, sender_id: str, now: datetime
) -> str:
    """The `signature` of a message; by the newest of `keys` that the profile knows.

    Raises KeyError naming the kinds where none of them is there.
    """
    if profile == "none":
        return ""
    known = list(keys)
    fitting = (key for kind in KINDS[profile] for key in known if key.kind == kind)
    key = next(fitting, None)
    if key is None:
        raise KeyError(f"no {' or '.join(KINDS[profile])} key to sign {profile} with")
    if profile == "openspp":
        return _cavage(signed, key, sender_id, now)
    protected = _base64url(_compact({"alg": JOSE_NAMES[key.kind][0], "kid": key.kid}))
    payload = _base64url(_compact(signed, sort=profile == "openg2p"))
    made = _base64url(_raw_signature(key, f"{protected}.{payload}".encode()))
    return f"{protected}..{made}" if profile == "openg2p" else f"{protected}.{payload}.{made}"


def verify(
    profile: Profile,
    signature: str | None,
    signed: Signed,
    keys: Iterable[PublicKey],
    now: datetime,
) -> None:
    """Raises MessageError, missing or invalid, unless one of `keys` made it in time."""
    if profile == "none":
        if (signature or "") not in UNSIGNED:
            raise _invalid("nothing that this partner signs can be checked: its profile is none")
        return
    if not signature or signature in UNSIGNED:
        raise MessageError(ErrorCode.SIGNATURE_MISSING, "signature is missing")
    if len(signature) > _LARGEST:
        raise _invalid("signature is too long")
    fitting = [key for key in keys if key.kind in KINDS[profile]]
    if profile == "openspp":
        _verify_cavage(signature, signed, fitting, now)
        return
    _verify_jws(signature, signed, fitting, detached=profile == "openg2p")
    _verify_moment(signed, now)


def kid_of(signature: str) -> str:
    """The name of the key that a signature says it was made with; "" where it says none."""
    parts: dict[str, str] = dict(_PART.findall(signature[:_LARGEST_HEAD]))
    named = parts.get("kidId")
    if named is not None:
        return named.split("|")[1] if named.count("|") == 2 else named
    try:
        head = signature[:_LARGEST_HEAD].split(".", maxsplit=1)[0]
        kid: object = json.loads(_from_base64url(head)).get("kid")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return kid if isinstance(kid, str) else ""


def digest(signed: Signed) -> str:
    """Base64 of SHA-256 over sorted compact JSON in ASCII, which is how OpenSPP counts."""
    octets = _compact(signed, sort=True, ascii_only=True)
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


def _cavage(signed: Signed, key: SigningKey, sender_id: str, now: datetime) -> str:
    created = int(now.timestamp())
    expires = created + int(VALID.total_seconds())
    made = _raw_signature(key, _cavage_string(created, expires, digest(signed)))
    parts = {
        "namespace": "dci", "kidId": f"{sender_id}|{key.kid}|{key.kind}", "algorithm": key.kind,
        "created": created, "expires": expires, "headers": "(created) (expires) digest",
        "signature": base64.b64encode(made).decode(),
    }  # fmt: skip
    return ", ".join(f'{name}="{value}"' for name, value in parts.items())


def _cavage_string(created: int, expires: int, of: str) -> bytes:
    return f"(created): {created}\n(expires): {expires}\ndigest: {of}".encode()


def _verify_cavage(
    signature: str, signed: Signed, keys: Iterable[PublicKey], now: datetime
) -> None:
    parts = dict(_PART.findall(signature[:_LARGEST_HEAD]))
    try:
        created, expires = int(parts["created"][:12]), int(parts["expires"][:12])
        algorithm = parts["algorithm"].lower()
        made = base64.b64decode(parts["signature"], validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise _invalid("signature lacks algorithm, created, expires or signature") from None
    seconds = now.timestamp()
    if not created - SKEW.total_seconds() <= seconds <= expires:
        raise _invalid("signature has expired, or is of the future")
    if expires - created > VALID.total_seconds():
        raise _invalid(f"signature is valid for more than {int(VALID.total_seconds())} s")
    text = _cavage_string(created, expires, digest(signed))
    of_kind = [key for key in keys if key.kind == algorithm]
    if not any(_made_by(key, made, text) for key in of_kind):
        raise _invalid("signature was not made by a key of the sender over this message")


def _verify_jws(
    signature: str, signed: Signed, keys: Iterable[PublicKey], *, detached: bool
) -> None:
    try:
        protected, payload, last = signature.split(".")
        head = json.loads(_from_base64url(protected))
        made, algorithm = _from_base64url(last), head["alg"]
        inside = None if detached else json.loads(_from_base64url(payload))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _invalid("signature is no JWS") from None
    if (payload != "") is detached or "crit" in head:
        raise _invalid("signature is a JWS of another form")
    # Of Python's and of others' writing: they differ in what is beyond ASCII.
    payloads = (
        [_base64url(_compact(signed, sort=True, ascii_only=which)) for which in (False, True)]
        if detached
        else [payload]
    )
    texts = [f"{protected}.{one}".encode() for one in payloads]
    for key in keys:
        named = head.get("kid") in (None, "", key.kid) or not key.kid  # may be a list
        fits = named and algorithm in JOSE_NAMES[key.kind]
        if fits and any(_made_by(key, made, text) for text in texts):
            break
    else:
        raise _invalid("signature was not made by a key of the sender over this message")
    if not detached and _compact(inside, sort=True) != _compact(signed, sort=True):
        raise _invalid("what is signed is not header and message of this request")


def _verify_moment(signed: Signed, now: datetime) -> None:
    """A JWS has no time of its own: the header's is what keeps it from being sent again later."""
    try:
        moment = moment_of(signed["header"]["message_ts"])
    except (KeyError, TypeError, ValueError):
        raise _invalid("header.message_ts is no moment with a zone") from None
    if not is_timely(moment, now, valid=VALID, skew=SKEW):
        raise _invalid("header.message_ts is not of the last five minutes")


def _raw_signature(key: SigningKey, text: bytes) -> bytes:
    if isinstance(key.private, RSAPrivateKey):
        return key.private.sign(text, PKCS1v15(), SHA256())
    return key.private.sign(text)


def _made_by(key: PublicKey, made: bytes, text: bytes) -> bool:
    try:
        if isinstance(key.public, RSAPublicKey):
            key.public.verify(made, text, PKCS1v15(), SHA256())
        elif isinstance(key.public, Ed25519PublicKey):
            key.public.verify(made, text)
    except InvalidSignature:
        return False
    return True


def _compact(value: object, *, sort: bool = False, ascii_only: bool = False) -> bytes:
    return json.dumps(
        value, sort_keys=sort, separators=(",", ":"), ensure_ascii=ascii_only
    ).encode()


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _from_base64url(text: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("no base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _invalid(reason: str) -> MessageError:
    return MessageError(ErrorCode.SIGNATURE_INVALID, reason)
