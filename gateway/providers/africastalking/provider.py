"""Africa's Talking, as the rest of the gateway sees it."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.core.findings import Finding
from gateway.providers.africastalking import wire
from gateway.providers.africastalking.settings import AfricasTalkingSettings
from gateway.providers.base import SmsProvider
from gateway.providers.callback import Callback
from gateway.providers.fields import Fields
from gateway.providers.http import Timeouts
from gateway.providers.provider import THE_REST, Hop, Provider, Record, Route, storing
from gateway.settings import Settings


class AfricasTalking(Provider):
    settings = AfricasTalkingSettings

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

    def carries(self, _settings: Settings) -> Mapping[str, Sequence[str]]:
        return {wire.NAME: (THE_REST,)}

    def senders(self, settings: Settings, timeouts: Timeouts) -> Mapping[str, SmsProvider]:
        # A second that only the workers need: the SDK loads a schema language.
        from gateway.providers.africastalking.sms import AfricasTalkingSms  # noqa: PLC0415

        own = settings.of(AfricasTalkingSettings)
        sms = AfricasTalkingSms(
            own.at_username,
            own.at_api_key,
            own.at_base_url,
            sender=own.at_sender_id,
            timeouts=timeouts,
        )
        return {wire.NAME: sms}

    def look(self, settings: Settings, seconds: float) -> Iterable[Finding]:
        from gateway.providers.africastalking.account import look  # noqa: PLC0415 - the SDK too

        return look(settings.of(AfricasTalkingSettings), seconds)


def _form(path: str, parse: Callable[[Fields], Record]) -> Route:
    return storing("POST", path, wire.NAME, lambda callback: [parse(callback.form())])
