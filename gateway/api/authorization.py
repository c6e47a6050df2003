"""The key in an Authorization header, by each scheme that systems can send."""

import base64
import binascii

BEARER = frozenset({"bearer", "apitoken", "token"})


def shown_in(header: str) -> str:
    """The key as it was shown; "" where there is none.

    Basic is there for DHIS2, whose generic gateway writes it before whatever it is given: the key
    itself, or base64 of it or of `name:key`.
    """
    scheme, _blank, given = header.strip().partition(" ")
    given = given.strip()
    if scheme.lower() in BEARER:
        return given
    if scheme.lower() != "basic":
        return ""
    if given.lower().startswith("bearer "):
        return given[len("bearer ") :].strip()
    try:
        decoded = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return given
    return decoded.rpartition(":")[2].strip()
