"""The URLs that partners call: every message is checked alike, and refused in the protocol's words.

An app of its own: no sessions, no templates, nothing of the console on the way.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from uuid_utils.compat import uuid7
from werkzeug.exceptions import HTTPException

from gateway.connectors.dci.remote_keys import RemoteKeys
from gateway.core.dci.answers import refused
from gateway.core.dci.envelope import Envelope, check_header, envelope_of
from gateway.core.dci.keys import key_set
from gateway.core.dci.signatures import kid_of, verify
from gateway.core.dci.words import Action, ErrorCode, MessageError
from gateway.dci.partners import KnownPartner, Partners
from gateway.logs import where
from gateway.registry.database import Database

PATHS = ("/dci/", "/.well-known/jwks.json")  # what this app is for
LARGEST_BODY = 1024 * 1024  # octets
STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.SIGNATURE_MISSING: 401,
    ErrorCode.SIGNATURE_INVALID: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.SENDER: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.UNAVAILABLE: 503,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DciDependencies:
    """`wake` has the workers look at what was kept; losing it loses nothing."""

    database: Database
    partners: Partners
    now: Callable[[], datetime]
    wake: Callable[[], None]
    keys: RemoteKeys = field(default_factory=RemoteKeys)


@dataclass(frozen=True)
class Received:
    """A message of a partner that has passed every check but those of its own kind."""

    partner: KnownPartner
    envelope: Envelope
    correlation_id: UUID
    now: datetime


Handle = Callable[[DciDependencies, Received], dict[str, Any]]


def create_dci(
    dependencies: DciDependencies, operations: Mapping[str, tuple[Action, Handle]]
) -> Flask:
    """The app of `/dci/registry/…` and `/.well-known/jwks.json`; `operations` by their paths."""
    app = Flask("gateway.dci", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    for path, (action, handle) in operations.items():
        view = _view(dependencies, action, handle)
        app.add_url_rule(f"/dci/registry/{path}", path, view, methods=["POST"])
    _add_key_set(app, dependencies.partners)
    _add_refusals(app, dependencies.now)
    return app


def _view(dependencies: DciDependencies, action: Action, handle: Handle) -> Callable[[], Response]:
    def view() -> Response:
        now, correlation_id = dependencies.now(), uuid7()
        try:
            received = _received(dependencies, action, correlation_id, now)
            return jsonify(handle(dependencies, received))
        except MessageError as error:
            return _told(error, now, correlation_id)

    return view


def _received(
    dependencies: DciDependencies, action: Action, correlation_id: UUID, now: datetime
) -> Received:
    partner = _whose(dependencies.partners)
    if request.mimetype != "application/json":
        raise MessageError(ErrorCode.BAD, "Content-Type: application/json is needed")
    envelope = envelope_of(request.get_data(cache=False))
    header, about = envelope.header, partner.about
    if header.sender_id != about.sender_id and (header.sender_id or header.status is None):
        raise MessageError(ErrorCode.SENDER, "header.sender_id is not whose token this is")
    if header.receiver_id not in {"", dependencies.partners.ourselves.sender_id}:
        raise MessageError(ErrorCode.RECEIVER, "header.receiver_id is not this service")
    keys = partner.keys
    if about.jwks_url:
        keys = dependencies.keys.of(about.jwks_url, kid_of(envelope.signature or ""), now)
    verify(about.signature, envelope.signature, envelope.signed, keys, now)
    check_header(header, action)
    return Received(partner, envelope, correlation_id, now)


def _whose(partners: Partners) -> KnownPartner:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = partners.by_token(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise MessageError(ErrorCode.UNAUTHORIZED, "Authorization: a partner's bearer token")
    return found


def _told(
    error: MessageError, now: datetime, correlation_id: UUID, status: int | None = None
) -> Response:
    response = jsonify(refused(error, str(correlation_id), now))
    response.status_code = status or STATUS.get(error.code, 400)
    if response.status_code == STATUS[ErrorCode.UNAUTHORIZED]:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _add_key_set(app: Flask, partners: Partners) -> None:
    published = key_set(partners.signing)

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        response = jsonify(published)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def _add_refusals(app: Flask, now: Callable[[], datetime]) -> None:
    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = ErrorCode.NOT_FOUND if error.code == 404 else ErrorCode.BAD
        return _told(MessageError(code, error.name), now(), uuid7(), error.code)

    @app.errorhandler(SQLAlchemyError)
    def away(error: SQLAlchemyError) -> Response:
        logger.error("a message of a partner was not kept: %s", where(error))
        refusal = MessageError(ErrorCode.UNAVAILABLE, "not kept: send it again later")
        return _told(refusal, now(), uuid7())
