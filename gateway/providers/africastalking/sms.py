"""Africa's Talking: bulk SMS through its official SDK; every recipient's own answer is read.

What may be tried again is only what is certain not to have been sent; see `SendOutcome`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import requests
from africastalking.SMS import SMSService

from gateway.providers.africastalking.wire import NAME
from gateway.providers.base import Recipient, SendOutcome, SendResult
from gateway.providers.http import (
    CONNECT_SECONDS,
    READ_SECONDS,
    STOPPED_WAIT_SECONDS,
    ProviderSession,
    Timeouts,
    failure_of,
    retry_after,
    same_for,
)

AUTHENTICATION_WAIT_SECONDS = 300

# statusCode of a recipient: acceptance, not delivery.
OUTCOMES: dict[int, SendOutcome] = {
    100: "accepted",  # Processed
    101: "accepted",  # Sent
    102: "accepted",  # Queued
    401: "stop",  # RiskHold
    402: "stop",  # InvalidSenderId
    403: "refused",  # InvalidPhoneNumber
    404: "refused",  # UnsupportedNumberType
    405: "stop",  # InsufficientBalance
    406: "refused",  # UserInBlacklist
    407: "refused",  # CouldNotRoute
    409: "refused",  # DoNotDisturbRejection
    500: "retry",  # InternalServerError
    501: "retry",  # GatewayError
    502: "refused",  # RejectedByGateway
}
# A 201 without recipients names its reason here instead.
REFUSED_WHOLE = frozenset({"InvalidSenderId", "InsufficientBalance", "RiskHold"})


class _Service(SMSService):  # type: ignore[misc] # the SDK has no types
    """The SDK with kept-alive connections, no redirects, and answers with their status code."""

    def __init__(self, username: str, api_key: str, base_url: str) -> None:
        super().__init__(username, api_key)
        self._baseUrl = base_url.rstrip("/") + "/version1"
        self._session = ProviderSession(base_url)

    def _make_request(
        self, url: str, _method: str, *, headers: Any, data: Any, timeout: Any, **_others: Any
    ) -> requests.Response:
        return self._session.post(url, headers=headers, data=data, timeout=timeout)


class AfricasTalkingSms:
    """`gateway.providers.base.SmsProvider` for Africa's Talking.

    `base_url` is scheme and host; `reports_reliably`: silence means that nothing was sent.
    """

    name = NAME

    def __init__(
        self,
        username: str,
        api_key: str,
        base_url: str,
        *,
        sender: str = "",
        timeouts: Timeouts = (CONNECT_SECONDS, READ_SECONDS),
        reports_reliably: bool = True,
    ) -> None:
        self._service = _Service(username, api_key, base_url)
        self._sender = sender or None  # None: the account's own
        self._timeouts = timeouts
        self.reports_reliably = reports_reliably

    def send(self, body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        """One bulk call; the numbers must differ from each other."""
        everyone = same_for(recipients)
        try:
            response = self._service.send(
                body, [one.msisdn for one in recipients], self._sender, timeout=self._timeouts
            )
        except requests.RequestException as error:
            return everyone(*failure_of(error))
        if response.status_code == 401:
            return everyone("stop", "authentication", AUTHENTICATION_WAIT_SECONDS)
        if response.status_code == 429:
            return everyone("stop", "throttled", retry_after(response))
        if response.status_code >= 300:
            return everyone("unknown", f"http_{response.status_code}")
        return _read(response, recipients)


def _read(response: requests.Response, recipients: Sequence[Recipient]) -> list[SendResult]:
    everyone = same_for(recipients)
    try:
        data = response.json()["SMSMessageData"]
        message, answers = str(data["Message"]), list(data["Recipients"])
        by_number = {_digits(str(answer["number"])): answer for answer in answers}
    except (ValueError, KeyError, TypeError):
        return everyone("unknown", "unreadable_answer")
    if not answers:
        if message in REFUSED_WHOLE:
            return everyone("stop", message, STOPPED_WAIT_SECONDS)
        nothing_sent = message.startswith("Sent to 0/")
        return everyone("retry" if nothing_sent else "unknown", "no_recipients")
    return [_result(one, by_number.get(_digits(one.msisdn))) for one in recipients]


def _result(recipient: Recipient, answer: Mapping[str, Any] | None) -> SendResult:
    if answer is None:
        return SendResult(recipient.message_id, "unknown", reason="not_in_answer")
    ref = str(answer.get("messageId") or "")
    named = ref not in {"", "None"} and len(ref) <= 80
    code = answer.get("statusCode")
    outcome = OUTCOMES.get(code) if isinstance(code, int) else None
    if outcome is None:
        outcome = "accepted" if named else "unknown"
    return SendResult(
        recipient.message_id,
        outcome,
        provider_ref=ref if named and outcome == "accepted" else None,
        reason=None if outcome == "accepted" else str(answer.get("status", code))[:64],
        cost=_cost(answer.get("cost")),
        currency=_currency(answer.get("cost")),
        segments=_parts(answer.get("messageParts")),
        wait_seconds=STOPPED_WAIT_SECONDS if outcome == "stop" else None,
    )


def _cost(value: object) -> Decimal | None:
    """ "USD 0.0079" or "0"."""
    try:
        cost = Decimal(str(value).split()[-1])
    except (InvalidOperation, IndexError):
        return None
    return cost if cost.is_finite() and 0 <= cost < 10_000_000 else None


def _currency(value: object) -> str | None:
    """That of the account, where the cost names it."""
    first = str(value).split(" ", 1)[0]
    return first if len(first) == 3 and first.isascii() and first.isupper() else None


def _parts(value: object) -> int | None:
    return value if isinstance(value, int) and 0 < value < 256 else None


def _digits(number: str) -> str:
    return number.strip().removeprefix("+")
