"""Kannel's sendsms: one request a recipient, its receipts come to an URL that names the message.

The URL of a request holds a number and a password. What may be tried again is only what is certain
not to have been sent; see `SendOutcome`.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

import requests

from gateway.core.encoding import is_gsm7
from gateway.core.segments import segment
from gateway.providers.base import LANES, Recipient, SendOutcome, SendResult
from gateway.providers.http import (
    CONNECT_SECONDS,
    READ_SECONDS,
    STOPPED_WAIT_SECONDS,
    ProviderSession,
    Timeouts,
    failure_of,
)
from gateway.providers.kannel.operators import KannelOperator, KannelOperators

BATCH_SECONDS = 10.0
AT_ONCE = 8  # requests under way in one lane; smsbox answers one in some 2 ms
MOST_SEGMENTS = 10  # kannel.conf: max-messages; what is longer would be cut
EVERY_RECEIPT = 31  # delivered, failed, buffered, and accepted or refused by the SMSC

_ACCEPTED = ("0:", "3:")  # for delivery; for later, while the bind is down
# Answers, by how they begin: (outcome, reason). Everything is certain not to have been sent.
_ANSWERS: dict[tuple[int, str], tuple[SendOutcome, str]] = {
    (503, "Temporal failure"): ("retry", "queue_full"),
    (400, "Number(s) has/have been denied"): ("refused", "number_denied"),
    (400, "Charset or body misformed"): ("refused", "text_misformed"),
    (400, "Sender missing"): ("stop", "no_sender"),
    (403, "Authorization failed"): ("stop", "authentication"),
    (403, "Not routable"): ("stop", "not_routable"),
}


@dataclass(frozen=True, kw_only=True)
class Smsbox:
    """Where smsbox listens, as whom, and where it reaches this gateway's callbacks."""

    url: str
    username: str
    password: str
    gateway_url: str
    callback_key: str


class KannelSms:
    """`gateway.providers.base.SmsProvider` for one operator behind Kannel."""

    def __init__(
        self,
        operator: KannelOperator,
        smsbox: Smsbox,
        *,
        timeouts: Timeouts = (CONNECT_SECONDS, READ_SECONDS),
        batch_seconds: float = BATCH_SECONDS,
    ) -> None:
        """After `batch_seconds` of one `send` no request begins: its rows are held by a lease."""
        self.name = operator.provider
        self.reports_reliably = operator.reports_reliably
        self._operator = operator
        self._smsbox = smsbox
        self._timeouts = timeouts
        self._batch_seconds = batch_seconds
        # No proxy has any business between us and Kannel.
        self._session = ProviderSession(smsbox.url, connections=LANES * AT_ONCE, proxies=False)

    def send(self, body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        """As many requests as recipients."""
        if segment(body).count > MOST_SEGMENTS:
            return [SendResult(one.message_id, "refused", reason="too_long") for one in recipients]
        until = time.monotonic() + self._batch_seconds
        batch = _Batch(self, body, until)
        with ThreadPoolExecutor(min(AT_ONCE, len(recipients) or 1)) as pool:
            return list(pool.map(batch.send_to, recipients))

    def ask(self, body: str, recipient: Recipient) -> requests.Response:
        """One request; raises requests.RequestException."""
        fields = {
            "username": self._smsbox.username,
            "password": self._smsbox.password,
            "smsc": self._operator.sms,
            "to": recipient.msisdn,
            "text": body,
            "coding": "0" if is_gsm7(body) else "2",
            "charset": "UTF-8",
            "dlr-mask": str(EVERY_RECEIPT),
            "dlr-url": self._receipt_url(recipient.message_id),
        }
        if self._operator.sender:
            fields["from"] = self._operator.sender
        return self._session.get(self._smsbox.url, params=fields, timeout=self._timeouts)

    def _receipt_url(self, message_id: UUID) -> str:
        """Kannel fills in what stands behind a percent sign and a letter."""
        ours = urlencode(
            {
                "key": self._smsbox.callback_key,
                "message": str(message_id),
                "operator": self._operator.name,
            }
        )
        escapes = "type=%d&ref=%F&answer=%A"
        return f"{self._smsbox.gateway_url}/callbacks/kannel/dlr?{ours}&{escapes}"


def kannel_senders(
    operators: KannelOperators,
    smsbox: Smsbox,
    timeouts: Timeouts = (CONNECT_SECONDS, READ_SECONDS),
) -> dict[str, KannelSms]:
    """Everybody who carries SMS, by the name that the ledger knows."""
    carriers = [operator for operator in operators.by_name.values() if operator.carries]
    return {one.provider: KannelSms(one, smsbox, timeouts=timeouts) for one in carriers}


_Verdict = tuple[SendOutcome, str | None]
_NOT_TRIED: _Verdict = ("retry", "not_tried")


class _Batch:
    """One text on its way to many; where one fails for reasons of all, the rest is not tried."""

    def __init__(self, provider: KannelSms, body: str, until: float) -> None:
        self._provider = provider
        self._body = body
        self._until = until
        self._over: _Verdict | None = None

    def send_to(self, recipient: Recipient) -> SendResult:
        if self._over is None and time.monotonic() > self._until:
            self._over = _NOT_TRIED
        verdict = self._over or self._try(recipient)
        if verdict[0] == "unknown":
            self._over = _NOT_TRIED
        elif verdict[0] in {"retry", "stop"}:
            self._over = verdict
        outcome, reason = verdict
        wait = STOPPED_WAIT_SECONDS if outcome == "stop" else None
        return SendResult(recipient.message_id, outcome, reason=reason, wait_seconds=wait)

    def _try(self, recipient: Recipient) -> _Verdict:
        try:
            response = self._provider.ask(self._body, recipient)
        except requests.RequestException as error:
            return failure_of(error)
        return _read(response.status_code, response.text)


def _read(status: int, text: str) -> _Verdict:
    """What smsbox's answer means; a 202 comes when the bearerbox has written the SMS down."""
    if status == 202 and text.startswith(_ACCEPTED):
        return "accepted", None
    for (known, beginning), meaning in _ANSWERS.items():
        if status == known and text.startswith(beginning):
            return meaning
    if 400 <= status < 500:
        return "stop", f"http_{status}"
    return "unknown", f"http_{status}"
