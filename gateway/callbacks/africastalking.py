"""Africa's Talking's callbacks: read, store, answer. The USSD one never answers 5xx."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, request

from gateway.callbacks.dependencies import CallbackDependencies
from gateway.callbacks.forms import read_form
from gateway.callbacks.guard import stored
from gateway.callbacks.ussd import answer_hop
from gateway.providers.africastalking import wire as provider
from gateway.providers.base import Form

Record = TypeVar("Record")


def create_blueprint(dependencies: CallbackDependencies) -> Blueprint:
    blueprint = Blueprint("africastalking", __name__, url_prefix="/callbacks/africastalking")

    @blueprint.post("/ussd")
    def ussd() -> Response:
        reply = answer_hop(
            dependencies,
            provider.NAME,
            lambda: provider.parse_ussd(
                read_form(request),
                hop_metadata=request.headers.get(provider.HOP_METADATA),
                accumulates=dependencies.settings.ussd_accumulates,
            ),
        )
        body, headers = provider.render_ussd(reply)
        return Response(body, 200, headers)

    def receive(
        path: str, parse: Callable[[Form], Record], store: Callable[[Record], object]
    ) -> None:
        def view() -> Response:
            return stored(
                dependencies.patience, provider.NAME, path, lambda: store(parse(read_form(request)))
            )

        blueprint.add_url_rule(f"/{path}", path, view, methods=["POST"])

    receive("ussd-events", provider.parse_ussd_event, dependencies.end)
    receive("delivery-reports", provider.parse_delivery_report, dependencies.receipt)
    receive("incoming-messages", provider.parse_incoming, dependencies.mo_message)
    receive("opt-outs", provider.parse_opt_out, dependencies.opt_out)
    return blueprint
