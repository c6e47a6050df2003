"""Kannel's callbacks: one for all that comes from handsets, one for receipts.

smsbox repeats, for ten minutes, whatever was not answered with 200: so only what a repetition can
mend is answered otherwise. A body answered to an SMS would be sent as an SMS: there is none.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from msgspec.structs import replace

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.callbacks.guard import fault, stored, waited_in_vain
from gateway.callbacks.kannel_dials import Dials
from gateway.callbacks.ussd import answer_hop
from gateway.metrics import CALLBACKS
from gateway.providers.base import BadCallback, Form, UssdReply, UssdRequest
from gateway.providers.kannel import wire as provider
from gateway.providers.kannel.operators import KannelOperator, KannelOperators
from gateway.registry.deadlines import HOP, DeadlineError, within


def create_blueprint(
    dependencies: CallbackDependencies, operators: KannelOperators, dials: Dials
) -> Blueprint:
    blueprint = Blueprint(provider.NAME, __name__, url_prefix="/callbacks/kannel")
    dialogues = _Dialogues(dependencies, dials)

    @blueprint.get("/mo")
    def mo() -> Response:
        form = provider.read_query(request.query_string)
        operator = operators.at(form.get("smsc", ""))
        if provider.is_ussd(form, operator):
            return dialogues.answer(form, operator)
        return stored(
            dependencies.patience,
            operator.provider,
            "mo",
            lambda: dependencies.mo_message(provider.parse_incoming(form, operator)),
        )

    @blueprint.get("/dlr")
    def dlr() -> Response:
        form = provider.read_query(request.query_string)
        return stored(
            dependencies.patience,
            provider.NAME,
            "dlr",
            lambda: dependencies.receipt(provider.parse_receipt(form)),
        )

    @blueprint.errorhandler(BadCallback)
    def unreadable(_error: BadCallback) -> Response:
        CALLBACKS.labels(provider.NAME, "query", "bad_request").inc()
        return _nothing()

    return blueprint


class _Dialogues:
    """USSD: always 200, with a page, or with nothing where nobody waits for one."""

    def __init__(self, dependencies: CallbackDependencies, dials: Dials) -> None:
        self._dependencies = dependencies
        self._dials = dials

    def answer(self, form: Form, operator: KannelOperator) -> Response:
        """The page, and what is noted of it, within one deadline."""
        with within(self._dependencies.patience.callback, HOP):
            return self._answer(form, operator)

    def _answer(self, form: Form, operator: KannelOperator) -> Response:
        if provider.is_end(form, operator):
            self._for_statistics(lambda: self._record_end(form, operator))
            return _nothing()
        if provider.is_stale(form, operator, self._dependencies.now()):
            CALLBACKS.labels(operator.provider, "ussd", "stale").inc()
            return _nothing()
        reply = self._reply(form, operator)
        body, headers = provider.render_ussd(reply, form, operator)
        return Response(body, 200, headers)

    def _reply(self, form: Form, operator: KannelOperator) -> UssdReply:
        asked: list[UssdRequest] = []

        def parse() -> UssdRequest:
            asked.append(self._dials.named(self._parse(form, operator)))
            return asked[0]

        reply = answer_hop(self._dependencies, operator.provider, parse)
        # No operator tells us of the end that we made ourselves. An apology has no metadata.
        if reply.closes and reply.hop_metadata:
            end = provider.end_of(asked[0], "success")
            self._for_statistics(lambda: self._dependencies.end(end))
        return reply

    def _record_end(self, form: Form, operator: KannelOperator) -> None:
        request = self._parse(form, operator)
        dial_id = self._dials.find(request.provider, request.session_id)
        if dial_id is not None:
            ended = replace(request, session_id=dial_id)
            self._dependencies.end(provider.end_of(ended, "incomplete"))

    def _parse(self, form: Form, operator: KannelOperator) -> UssdRequest:
        settings = self._dependencies.settings
        return provider.parse_ussd(
            form, operator, settings.key("pseudonyms"), settings.ussd_service_code
        )

    def _for_statistics(self, record: Callable[[], object]) -> None:
        """The caller's page does not depend on it."""
        try:
            record()
        except DeadlineError as error:
            waited_in_vain(error, "USSD end")
        except Exception as error:  # whatever broke, smsbox must not repeat it
            fault(error, "USSD end")


def _nothing() -> Response:
    return Response("", 200, content_type="text/plain; charset=utf-8")
