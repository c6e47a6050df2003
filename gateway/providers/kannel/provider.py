"""Kannel, as the rest of the gateway sees it: one URL for all that handsets send, one for receipts.

smsbox repeats, for ten minutes, whatever was not answered with 200.
"""

from collections.abc import Sequence

from gateway.providers.base import UssdEnd, UssdRequest
from gateway.providers.callback import Callback
from gateway.providers.fields import Fields
from gateway.providers.kannel import wire
from gateway.providers.kannel.operators import KannelOperator, read_operators
from gateway.providers.provider import Hop, Ignored, Provider, Route, Taken, ToStore
from gateway.settings import Settings


class Kannel(Provider):
    """`its_session_info` has two octets, and where there is none the number is the session."""

    name = wire.NAME
    session_ids_recur = True
    reports_ends = False

    def routes(self, settings: Settings) -> Sequence[Route]:
        operators = read_operators(settings.operators_file)
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
