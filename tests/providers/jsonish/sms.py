"""Its sending: one request for many numbers, an answer for each.

POST /send {"from", "text", "to": [numbers]} -> {"messages": [{"to", "id", "status"}]}
"""

from collections.abc import Sequence

import requests

from gateway.providers.base import Recipient, SendResult
from gateway.providers.http import (
    STOPPED_WAIT_SECONDS,
    ProviderSession,
    Timeouts,
    failure_of,
    retry_after,
    same_for,
)
from tests.providers.jsonish.wire import NAME


class JsonishSms:
    """`gateway.providers.base.SmsProvider`."""

    name = NAME
    reports_reliably = True

    def __init__(self, url: str, token: str, sender: str, *, timeouts: Timeouts) -> None:
        self._url = f"{url}/send"
        self._sender = sender
        self._timeouts = timeouts
        self._session = ProviderSession(url)
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, body: str, recipients: Sequence[Recipient]) -> list[SendResult]:
        everyone = same_for(recipients)
        numbers = [one.msisdn for one in recipients]
        asked = {"from": self._sender, "text": body, "to": numbers}
        try:
            response = self._session.post(self._url, json=asked, timeout=self._timeouts)
        except requests.RequestException as error:
            return everyone(*failure_of(error))
        if response.status_code == 401:
            return everyone("stop", "authentication", STOPPED_WAIT_SECONDS)
        if response.status_code == 429:
            return everyone("stop", "throttled", retry_after(response))
        if response.status_code != 200:
            return everyone("unknown", f"http_{response.status_code}")
        return _read(response, recipients)


def _read(response: requests.Response, recipients: Sequence[Recipient]) -> list[SendResult]:
    try:
        ids = {one["to"]: str(one["id"])[:80] for one in response.json()["messages"]}
    except (ValueError, KeyError, TypeError):
        return same_for(recipients)("unknown", "unreadable_answer")
    return [
        SendResult(one.message_id, "accepted", provider_ref=ids[one.msisdn])
        if one.msisdn in ids
        else SendResult(one.message_id, "unknown", reason="not_in_answer")
        for one in recipients
    ]
