"""Secrets as they are stored: encrypted by the newest of the keys, read with any of them."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Sealed(ValueError):
    """A secret is under a key that is not known any more."""


class Seal:
    """`keys` are of 32 octets, the newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        each = [Fernet(urlsafe_b64encode(key)) for key in keys]
        self._newest, self._fernet = each[0], MultiFernet(each)

    def close(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises Sealed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Sealed from None

    def renewed(self, sealed: str) -> str | None:
        """Under the newest key; None where it is already, or is under none of them."""
        with suppress(InvalidToken):
            self._newest.decrypt(sealed.encode())
            return None
        with suppress(InvalidToken):
            return self._fernet.rotate(sealed.encode()).decode()
        return None
