"""Security keys and passkeys (WebAuthn), checked by the library `webauthn`.

What a key is asked is good for five minutes, and for one answer: the moment of the question is kept
as the factor's counter, and an answer to it or to an older one is not taken again. Keys that count
are checked for it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from gateway.staff.factor_tables import staff_factors
from gateway.staff.factors.store import NewFactor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What the library says of an answer that is none, or not to be read.
_NO_ANSWER = (
    WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """Where the console is, as people type it: a key answers to that and nowhere else."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a key is to sign, and when it was asked."""

    challenge: bytes
    asked_at: datetime

    @property
    def counter(self) -> int:
        """The moment in microseconds."""
        return (self.asked_at - _EPOCH) // timedelta(microseconds=1)


def keys_of(connection: Connection, staff_id: UUID) -> Sequence[Row[Any]]:
    factors = staff_factors.c
    mine = select(staff_factors).where(factors.staff_id == staff_id, factors.kind == "key")
    return connection.execute(mine.order_by(factors.id)).all()


def descriptors(keys: Sequence[Row[Any]]) -> list[PublicKeyCredentialDescriptor]:
    """The keys as options name them."""
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in keys]


def new_key(site: Site, question: Question, answer: str, name: str) -> NewFactor | None:
    """What the browser says of a new key, as JSON; None where it does not answer the question."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=question.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _NO_ANSWER:
        return None
    return NewFactor(
        kind="key",
        name=name,
        last_counter=question.counter,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
    )


def is_answer(
    connection: Connection, site: Site, question: Question, answer: str, *, staff_id: UUID,
    now: datetime,
) -> bool:  # fmt: skip
    """Whether one of the person's keys has answered this question, for the first time."""
    try:
        credential = parse_authentication_credential_json(answer)
    except _NO_ANSWER:
        return False
    factors = staff_factors.c
    # Held: the same answer sent twice at once must not be right twice.
    held = select(staff_factors).where(
        factors.staff_id == staff_id,
        factors.kind == "key",
        factors.credential_id == bytes_to_base64url(credential.raw_id),
    )
    row = connection.execute(held.with_for_update()).one_or_none()
    if row is None or question.counter <= row.last_counter:
        return False
    try:
        checked = verify_authentication_response(
            credential=credential,
            expected_challenge=question.challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
        )
    except _NO_ANSWER:
        return False
    values = {
        "sign_count": checked.new_sign_count, "last_counter": question.counter, "last_used_at": now,
    }  # fmt: skip
    connection.execute(update(staff_factors).where(factors.id == row.id).values(values))
    return True
