"""Africa's Talking, as the rest of the gateway sees it."""

from collections.abc import Callable, Sequence

from gateway.providers.africastalking import wire
from gateway.providers.callback import Callback
from gateway.providers.fields import Fields
from gateway.providers.provider import Hop, Provider, Record, Route, storing
from gateway.settings import Settings


class AfricasTalking(Provider):
    name = wire.NAME

    def routes(self, settings: Settings) -> Sequence[Route]:
        accumulates = settings.ussd_accumulates

        def ussd(callback: Callback) -> Hop:
            return Hop(
                wire.NAME,
                lambda: wire.parse_ussd(
                    callback.form(),
                    hop_metadata=callback.header(wire.HOP_METADATA),
                    accumulates=accumulates,
                ),
                wire.render_ussd,
            )

        return (
            Route("POST", "/ussd", ussd),
            _form("/ussd-events", wire.parse_ussd_event),
            _form("/delivery-reports", wire.parse_delivery_report),
            _form("/incoming-messages", wire.parse_incoming),
            _form("/opt-outs", wire.parse_opt_out),
        )


def _form(path: str, parse: Callable[[Fields], Record]) -> Route:
    return storing("POST", path, wire.NAME, lambda callback: [parse(callback.form())])
