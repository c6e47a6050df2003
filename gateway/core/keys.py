"""One key a purpose, all derived from one secret: what leaks of one opens nothing of another.

HKDF (RFC 5869) over the secret, with the purpose as `info`. A secret may have any length.
"""

from functools import cache
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# answers: what a repeated request of the API gets again; api_keys: hashes of its keys;
# cookies: sessions of the console and their tokens; cursors: where a page of a list begins;
# factors: secrets of second factors;
# inputs: what a caller has typed so far; pins: the pepper of PINs; pseudonyms: a number's stand-in;
# webhooks: what receivers verify signatures with.
Purpose = Literal[
    "answers", "api_keys", "cookies", "cursors", "factors", "inputs", "pins", "pseudonyms",
    "webhooks",
]  # fmt: skip

_OCTETS = 32


@cache
def derive(secret: str, purpose: Purpose) -> bytes:
    """32 octets that only `purpose` uses; a surrogate in `secret` is an octet that was no UTF-8."""
    hkdf = HKDF(algorithm=SHA256(), length=_OCTETS, salt=None, info=f"mecg {purpose}".encode())
    return hkdf.derive(secret.encode(errors="surrogateescape"))


class Peppers(msgspec.Struct, frozen=True):
    """What PINs are hashed with, newest first; `before` keyed the hashes of version 0.

    Several are valid at once, so that one can be replaced without a PIN being lost.
    """

    keys: tuple[bytes, ...]
    before: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "<peppers>"


@cache
def peppers_of(secret_key: str, peppers: tuple[str, ...] = ()) -> Peppers:
    """Those of `peppers`, newest first, and last what `secret_key` gives.

    The first one hashes; without any it is the secret's own. A pepper may be an earlier secret:
    then what that secret hashed stays valid, version 0 as well, for which it was the key itself.
    """
    secrets = (*peppers, secret_key)
    return Peppers(
        keys=tuple(derive(secret, "pins") for secret in secrets),
        before=tuple(secret.encode(errors="surrogateescape") for secret in reversed(secrets)),
    )
