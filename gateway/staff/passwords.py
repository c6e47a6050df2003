"""Hashing, rules and random ones. Argon2id with the library's own parameters (RFC 9106)."""

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.core.texts import _
from gateway.staff.strength import is_weak

SHORTEST = 12
LONGEST = 128  # hashing a book is work for nobody

TOO_SHORT = _("Use at least %(count)s characters.")
TOO_LONG = _("Use at most %(count)s characters.")
TOO_EASY = _("This is too easy to guess. Use several words that do not belong together.")

_HASHER = PasswordHasher()
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper


def hash_password(password: str) -> str:
    """An Argon2id hash in its standard form, with its own salt and parameters."""
    return _HASHER.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether they belong together; takes as long where there is no hash to compare with."""
    try:
        _HASHER.verify(password_hash or _nobodys(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def random_password() -> str:
    """Four groups of four, for reading out or writing down: 79 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)


def fault_of(password: str, email: str) -> str | None:
    """Why this may not be a password of this person, as a msgid with %(count)s; None if it may."""
    plain = _normal(password).lower()
    if len(plain) < SHORTEST:
        return TOO_SHORT
    if len(plain) > LONGEST:
        return TOO_LONG
    return TOO_EASY if is_weak(plain, email) else None


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_hex())


def _normal(password: str) -> str:
    """Keyboards write the same Lao vowel or accent in two ways; both must sign in."""
    return unicodedata.normalize("NFC", password)
