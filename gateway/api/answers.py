"""What a repeated request gets: the same answer, once, for a day (draft-ietf-httpapi-idempotency).

The row is written in the transaction of the write that it answers. A killed process leaves neither;
whoever finds the other still at work is told so, and whoever finds it done gets its answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Connection, delete, func, select

from gateway.api.operations import Answer
from gateway.api.problems import ProblemError
from gateway.core.texts import _
from gateway.registry.api_tables import ANSWERS_KEPT, api_answers

LONGEST_KEY = 255
OTHER_REQUEST = _("Another request was sent under this Idempotency-Key.")


class DoneMeanwhileError(Exception):
    """The same request has been answered while this one was at work: nothing of this one stays."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given."""

    status: int
    body: bytes
    etag: str | None


def digest(key: bytes, *parts: bytes) -> str:
    """A keyed hash of a request: its method, address and body."""
    hashed = hashlib.blake2b(key=key, digest_size=32)
    for part in parts:
        hashed.update(len(part).to_bytes(8) + part)
    return hashed.hexdigest()


def given_before(
    connection: Connection, key_id: UUID, request_key: str, request: str,
    *, now: datetime, secret: bytes,
) -> Given | None:  # fmt: skip
    """The answer that this request got; raises ProblemError where another had that key, or where
    the person it was about has been erased."""
    row = connection.execute(
        select(api_answers).where(
            api_answers.c.key_id == key_id,
            api_answers.c.idempotency_key == request_key,
            api_answers.c.at > now - ANSWERS_KEPT,
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request != request:
        raise ProblemError("unprocessable", OTHER_REQUEST)
    if row.body is None:
        raise ProblemError("gone")
    body = AESSIV(secret).decrypt(row.body, [request.encode()]) if row.body else b""
    return Given(row.status, body, row.etag)


def remember(
    connection: Connection, key_id: UUID, request_key: str, request: str, answer: Answer,
    *, now: datetime, secret: bytes,
) -> None:  # fmt: skip
    """Keeps the answer in the transaction of `connection`.

    Raises DoneMeanwhileError where the same key has been answered since, and ProblemError where
    somebody is at it: then the transaction is to be rolled back.
    """
    _hold(connection, key_id, request_key)
    mine = (api_answers.c.key_id == key_id, api_answers.c.idempotency_key == request_key)
    connection.execute(delete(api_answers).where(*mine, api_answers.c.at <= now - ANSWERS_KEPT))
    body = encode(answer.body)
    row = {
        "key_id": key_id,
        "idempotency_key": request_key,
        "request": request,
        "status": answer.status,
        "etag": answer.etag,
        "body": AESSIV(secret).encrypt(body, [request.encode()]) if body else b"",
        "registration_no": answer.registration_no,
        "at": now,
    }
    taken = connection.execute(select(api_answers.c.at).where(*mine)).first()
    if taken is not None:
        raise DoneMeanwhileError
    connection.execute(api_answers.insert().values(row))


def encode(body: object) -> bytes:
    """The octets of a body; none of None."""
    return b"" if body is None else msgspec.json.encode(body)


def _hold(connection: Connection, key_id: UUID, request_key: str) -> None:
    """Until the transaction's end nobody else writes under this key; on SQLite nobody at all."""
    if connection.dialect.name != "postgresql":
        return
    own = hashlib.blake2b(key_id.bytes + request_key.encode(), digest_size=8).digest()
    number = int.from_bytes(own, signed=True)
    held = connection.execute(select(func.pg_try_advisory_xact_lock(number))).scalar_one()
    if not held:
        raise ProblemError("conflict")
