"""The account at smsbox: asked to send to nobody, which it refuses only after the password."""

from collections.abc import Iterator

import requests

from gateway.core.findings import Finding, fault, unknown
from gateway.providers.http import ProviderSession
from gateway.providers.kannel.settings import KannelSettings

_REFUSES_ACCOUNT = 403
_REFUSES_MESSAGE = frozenset({400, 202})  # "Missing receiver number, rejected"


def look(own: KannelSettings, seconds: float) -> Iterator[Finding]:
    """Whether smsbox answers and takes user and password; the binds are `flask doctor dial`'s."""
    account = {"username": own.kannel_username, "password": own.kannel_password}
    url = own.kannel_sendsms_url
    try:
        with ProviderSession(url, proxies=False) as session:
            answer = session.get(url, params=account, timeout=seconds)
    except requests.RequestException as error:
        yield fault(
            f"Kannel's smsbox does not answer ({type(error).__name__}): no SMS goes out by it.",
            "systemctl start kannel-smsbox, or mend KANNEL_SENDSMS_URL; then flask doctor dial.",
        )
        return
    if answer.status_code == _REFUSES_ACCOUNT:
        yield fault(
            "Kannel's smsbox does not take KANNEL_USERNAME and KANNEL_PASSWORD.",
            "Write the same into `sendsms-user` of kannel.conf (kannel.env), restart smsbox.",
        )
    elif answer.status_code not in _REFUSES_MESSAGE:
        yield unknown(
            f"KANNEL_SENDSMS_URL answers {answer.status_code}: is it smsbox's /cgi-bin/sendsms?"
        )
