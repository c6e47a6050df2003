"""One search and its answer: signed, sent, and believed only if it is the registry's, for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uuid_utils.compat import uuid7

from gateway.connectors.dci.remote_keys import RemoteKeys
from gateway.connectors.dci.settings import DciSettings
from gateway.connectors.http import Client
from gateway.connectors.source import Fault, SourceError
from gateway.core.dci.answers import enveloped, request_header
from gateway.core.dci.envelope import OnSearch, SearchAnswer, converted, envelope_of, json_of
from gateway.core.dci.keys import PublicKey, SigningKey
from gateway.core.dci.moments import text_of
from gateway.core.dci.signatures import kid_of, sign, verify
from gateway.core.dci.words import Action, ErrorCode, MessageError

_FAULTS: Mapping[str, Fault] = {
    ErrorCode.UNAUTHORIZED: Fault.REFUSED,
    ErrorCode.FORBIDDEN: Fault.REFUSED,
    ErrorCode.SENDER: Fault.REFUSED,
    ErrorCode.SIGNATURE_MISSING: Fault.REFUSED,
    ErrorCode.SIGNATURE_INVALID: Fault.REFUSED,
    ErrorCode.TOO_MANY: Fault.THROTTLED,
    ErrorCode.UNAVAILABLE: Fault.UNREACHABLE,
}


@dataclass
class Asker:
    """Talks to one registry; `secret` is the token that lasts, or the client's secret."""

    settings: DciSettings
    secret: str = field(repr=False)
    signing: tuple[SigningKey, ...]
    known: tuple[PublicKey, ...]
    now: Callable[[], datetime]
    keys: RemoteKeys
    _client: Client | None = None

    def search(self, criteria: Mapping[str, Any]) -> SearchAnswer:
        """The registry's answer to one search. Raises SourceError."""
        try:
            return self._search(criteria)
        except SourceError as error:
            # A token that was fetched has an end, which may come in the middle of a pull.
            if error.fault is not Fault.REFUSED or not self.settings.token_url:
                raise
            self._client = None
        return self._search(criteria)

    def _search(self, criteria: Mapping[str, Any]) -> SearchAnswer:
        transaction_id, now = str(uuid7()), self.now()
        request = {
            "reference_id": transaction_id,
            "timestamp": text_of(now),
            "search_criteria": dict(criteria),
            "locale": "lao",
        }
        message = {"transaction_id": transaction_id, "search_request": [request]}
        body = self._client_of_now().octets(
            "POST", f"/{self.settings.search.lstrip('/')}", json=self._signed(message, now)
        )
        try:
            return self._answer(body, transaction_id)
        except MessageError as error:
            raise SourceError(Fault.MALFORMED, f"{error.code}: {error}"[:200]) from None

    def _signed(self, message: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        about = self.settings
        header = request_header(
            Action.SEARCH, message_id=str(uuid7()), sender_id=about.sender_id, sender_uri="",
            receiver_id=about.receiver_id, now=now,
        )  # fmt: skip
        signed = {"header": header, "message": message}
        signature = sign(about.signature, signed, self.signing, sender_id=about.sender_id, now=now)
        return enveloped(signature, header, message)

    def _answer(self, body: bytes, transaction_id: str) -> SearchAnswer:
        _check_acknowledgement(json_of(body))
        envelope = envelope_of(body)
        about, now = self.settings, self.now()
        if about.signature != "none":
            kid = kid_of(envelope.signature or "")
            keys = self.keys.of(about.jwks_url, kid, now) if about.jwks_url else self.known
            verify(about.signature, envelope.signature, envelope.signed, keys, now)
        if envelope.header.sender_id not in {"", about.receiver_id}:
            raise SourceError(Fault.MALFORMED, "header.sender_id")
        answer = converted(envelope.message, OnSearch)
        if answer.transaction_id != transaction_id or len(answer.search_response) != 1:
            raise SourceError(Fault.MALFORMED, "an answer to another search")
        (first,) = answer.search_response
        if first.status == "rjct":
            raise SourceError(Fault.UNKNOWN_SHAPE, first.status_reason_code[:80])
        return first

    def _client_of_now(self) -> Client:
        if self._client is None:
            headers = {"Authorization": f"Bearer {self._token()}"}
            self._client = Client(self.settings.url, headers)
        return self._client

    def _token(self) -> str:
        if not self.settings.token_url:
            return self.secret
        form = {
            "grant_type": "client_credentials",
            "client_id": self.settings.client_id,
            "client_secret": self.secret,
        }
        told = Client(self.settings.token_url).octets("POST", "", data=form)
        try:
            token = json_of(told).get("access_token")
        except MessageError:
            token = None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise SourceError(Fault.MALFORMED, "token_url gives no access_token")
        return token


def _check_acknowledgement(body: Mapping[str, Any]) -> None:
    """A refusal may come with 200: then it is an acknowledgement that is none."""
    message = body.get("message")
    if not isinstance(message, dict) or "ack_status" not in message:
        return
    error = message.get("error")
    code = str(error.get("code"))[:80] if isinstance(error, dict) else ""
    raise SourceError(_FAULTS.get(code, Fault.UNKNOWN_SHAPE), code)
