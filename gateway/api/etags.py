"""Which state of a thing an answer tells, so that two who edit it do not undo each other."""

import hashlib

import msgspec


def etag_of(body: object) -> str:
    """A strong tag of what is told; another one where anything of it is other."""
    digest = hashlib.blake2b(msgspec.json.encode(body), digest_size=12).hexdigest()
    return f'"{digest}"'
