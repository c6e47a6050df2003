"""Kannel, as the rest of the gateway sees it: one URL for all that handsets send, one for receipts.

smsbox repeats, for ten minutes, whatever was not answered with 200.
"""

from collections.abc import Iterable, Mapping, Sequence

import click

from gateway.core.findings import Finding
from gateway.providers.base import SmsProvider, UssdEnd, UssdRequest
from gateway.providers.callback import Callback
from gateway.providers.fields import Fields
from gateway.providers.http import Timeouts
from gateway.providers.kannel import wire
from gateway.providers.kannel.account import look
from gateway.providers.kannel.commands import dial_command
from gateway.providers.kannel.operators import KannelOperator, KannelOperators, read_operators
from gateway.providers.kannel.settings import KannelSettings
from gateway.providers.kannel.sms import Smsbox, kannel_senders
from gateway.providers.provider import Hop, Ignored, Provider, Route, Taken, ToStore
from gateway.settings import Settings


class Kannel(Provider):
    """`its_session_info` has two octets, and where there is none the number is the session."""

    settings = KannelSettings
    session_ids_recur = True
    reports_ends = False

    def routes(self, settings: Settings) -> Sequence[Route]:
        operators = _operators(settings)
        handsets = _Handsets(settings)

        def mo(callback: Callback) -> Taken:
            form = wire.read_query(callback)
            operator = operators.at(form.get("smsc", ""))
            if wire.is_ussd(form, operator):
                return handsets.ussd(callback, form, operator)
            return ToStore(operator.provider, "mo", lambda: [wire.parse_incoming(form, operator)])

        def dlr(callback: Callback) -> Taken:
            form = wire.read_query(callback)
            return ToStore(wire.NAME, "dlr", lambda: [wire.parse_receipt(form)])

        return (Route("GET", "/mo", mo), Route("GET", "/dlr", dlr))

    def carries(self, settings: Settings) -> Mapping[str, Sequence[str]]:
        chosen = settings.sms_provider == wire.NAME
        if not settings.of(KannelSettings).in_use(chosen):
            return {}
        tables = _operators(settings).by_name.values()
        return {one.provider: one.carries for one in tables if one.carries}

    def senders(self, settings: Settings, timeouts: Timeouts) -> Mapping[str, SmsProvider]:
        own = settings.of(KannelSettings)
        smsbox = Smsbox(
            url=own.kannel_sendsms_url,
            username=own.kannel_username,
            password=own.kannel_password,
            gateway_url=own.kannel_gateway_url,
            callback_key=settings.callback_keys(wire.NAME)[0],
        )
        return kannel_senders(_operators(settings), smsbox, timeouts)

    def callback_base(self, settings: Settings) -> str:
        """smsbox brings all of them, on the inner network."""
        return settings.of(KannelSettings).kannel_gateway_url

    def look(self, settings: Settings, seconds: float) -> Iterable[Finding]:
        return look(settings.of(KannelSettings), seconds)

    def checks(self, settings: Settings) -> Sequence[click.Command]:
        return (dial_command(settings),)


def _operators(settings: Settings) -> KannelOperators:
    return read_operators(settings.of(KannelSettings).operators_file)


class _Handsets:
    def __init__(self, settings: Settings) -> None:
        self._pseudonyms = settings.key("pseudonyms")
        self._code = settings.ussd_service_code

    def ussd(self, callback: Callback, form: Fields, operator: KannelOperator) -> Taken:
        def request() -> UssdRequest:
            return wire.parse_ussd(form, operator, self._pseudonyms, self._code)

        if wire.is_end(form, operator):
            return ToStore(
                operator.provider,
                "ussd-end",
                lambda: [UssdEnd.of(request(), "incomplete")],
                repeats=False,
            )
        if wire.is_stale(form, operator, callback.at):
            return Ignored(operator.provider, "ussd", "stale")
        return Hop(
            operator.provider, request, lambda reply: wire.render_ussd(reply, form, operator)
        )
