"""The account at Africa's Talking, looked at through the SDK: nothing is sent."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import requests
from africastalking.Application import ApplicationService

from gateway.core.findings import Finding, fault, unknown, warning
from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.providers.http import ProviderSession


class _Application(ApplicationService):  # type: ignore[misc] # the SDK has no types
    """The SDK with answers that have their status code."""

    def __init__(self, username: str, api_key: str, base_url: str) -> None:
        super().__init__(username, api_key)
        self._baseUrl = base_url.rstrip("/") + "/version1"
        self._session = ProviderSession(base_url, connections=1)

    def _make_request(
        self, url: str, _method: str, *, headers: Any, params: Any, timeout: Any, **_others: Any
    ) -> requests.Response:
        return self._session.get(url, headers=headers, params=params, timeout=timeout)


def look(own: AfricasTalkingSettings, seconds: float) -> Iterator[Finding]:
    """Whether it answers, takes user and key, and has been paid."""
    service = _Application(own.at_username, own.at_api_key, own.at_base_url)
    try:
        answer = service.fetch_application_data(timeout=(seconds, seconds))
    except requests.RequestException as error:
        yield fault(
            f"Africa's Talking does not answer ({type(error).__name__}): no SMS goes out.",
            "Let this machine reach the host of AT_BASE_URL, by a proxy (HTTPS_PROXY) if need be.",
        )
        return
    if answer.status_code in {401, 403}:
        yield fault(
            "Africa's Talking does not take AT_USERNAME and AT_API_KEY.",
            "Make a new key in its dashboard, under the same user; restart the workers.",
        )
    elif answer.status_code >= 300:
        yield unknown(f"Africa's Talking answers {answer.status_code} when asked for the account.")
    elif _balance(answer) <= 0:
        yield warning("The account at Africa's Talking is empty: SMS are refused.", "Top it up.")


def _balance(answer: requests.Response) -> Decimal:
    """Of "KES 1785.50"; 1 where none can be read."""
    try:
        balance = Decimal(str(answer.json()["UserData"]["balance"]).split()[-1])
    except (ValueError, KeyError, TypeError, IndexError, InvalidOperation):
        return Decimal(1)
    return balance if balance.is_finite() else Decimal(1)
