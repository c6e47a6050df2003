"""Codes of an authenticator app: Flask-Security's TOTP (RFC 6238), each code good once.

The secret is encrypted by the newest of the keys, and read with any of them.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import segno
from flask_security.totp import Totp
from passlib.totp import TOTP, AppWallet

ISSUER = "Mother and Early Childhood Grant"
DIGITS = 6
_LATE_SECONDS = 30  # a code is taken one interval before and after its own: clocks differ

log = logging.getLogger("gateway.staff")


def tag_of(key: bytes) -> str:
    """What stands beside a secret to say which key it is under."""
    return hashlib.sha256(key).hexdigest()[:12]


class Counter:
    """Which interval's code was used last, before and after a try."""

    def __init__(self, last: int) -> None:
        self.last = last


class Authenticators(Totp):
    """Makes and checks secrets; `keys` are the newest first, `now` gives an aware moment."""

    def __init__(self, keys: Sequence[bytes], now: Callable[[], datetime]) -> None:
        secrets = {tag_of(key): key.hex() for key in keys}
        newest = next(iter(secrets))
        # Stretching is for secrets that can be guessed: these are keys of 256 bits.
        wallet = AppWallet(secrets, default_tag=newest, encrypt_cost=4)
        self._totp = TOTP.using(issuer=ISSUER, wallet=wallet, now=lambda: now().timestamp())

    def is_code(self, code: str, secret: str, counter: Counter) -> bool:
        """Whether `code` is one of now that was not used; `counter` moves on where it is."""
        try:
            return self.verify_totp(code, secret, counter, window=_LATE_SECONDS)  # type: ignore[arg-type]
        except (KeyError, ValueError):
            log.exception("a second factor's secret is under a key that is not in FACTOR_KEY")
            return False

    def renewed(self, secret: str) -> str | None:
        """The secret under the newest key; None where it is already."""
        source = self._totp.from_source(secret)
        return str(source.to_json(encrypt=True)) if source.changed else None

    def picture(self, secret: str, email: str) -> str:
        """A QR code for the app, as the address of an image that holds it."""
        drawn = segno.make(self.get_totp_uri(email, secret), error="m")
        return str(drawn.svg_data_uri(scale=5, border=4, light="#fff"))

    def get_last_counter(self, user: Any) -> int | None:
        return user.last or None

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.last = tmatch.counter
