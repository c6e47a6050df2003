"""Positions in a list as an address may carry them: nobody reads them, nobody makes one up.

Encrypted with AES-SIV (RFC 5297), which needs no nonce: the same position gives the same address.
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def seal(key: bytes, values: Any, about: str) -> str:
    """`values` (anything JSON) as text for an address; only for the list that `about` names."""
    sealed = AESSIV(key).encrypt(json.dumps(values).encode(), [about.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(key: bytes, text: str, about: str) -> Any:
    """What `seal` was given for the same list; None for anything else."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return json.loads(AESSIV(key).decrypt(sealed, [about.encode()]))
    except (binascii.Error, InvalidTag, ValueError):
        return None
