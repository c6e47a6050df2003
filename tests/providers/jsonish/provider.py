"""Its settings, its URLs, what it carries and what sends."""

from collections.abc import Mapping, Sequence

from gateway.providers.base import SmsProvider
from gateway.providers.callback import Callback
from gateway.providers.http import Timeouts
from gateway.providers.provider import THE_REST, Hop, Provider, Route, storing
from gateway.settings import ProviderSettings, Settings
from tests.providers.jsonish import wire
from tests.providers.jsonish.sms import JsonishSms


class JsonishSettings(ProviderSettings, frozen=True, kw_only=True):
    provider = wire.NAME
    title = "Jsonish"
    secrets = frozenset({"jsonish_token"})
    needed = ("jsonish_token",)

    jsonish_url: str = "https://api.jsonish.example"
    jsonish_token: str = ""
    jsonish_sender: str = "MECG"


class Jsonish(Provider):
    settings = JsonishSettings

    def routes(self, settings: Settings) -> Sequence[Route]:
        def ussd(callback: Callback) -> Hop:
            return Hop(
                wire.NAME,
                lambda: wire.parse_ussd(callback.json(), settings.ussd_service_code),
                lambda reply: wire.render_ussd(reply, callback.echo()),
            )

        return (
            Route("POST", "/ussd", ussd),
            storing("POST", "/sms", self.name, lambda asked: [wire.parse_incoming(asked.json())]),
            storing(
                "POST", "/receipts", self.name, lambda asked: wire.parse_receipts(asked.json())
            ),
        )

    def carries(self, _settings: Settings) -> Mapping[str, Sequence[str]]:
        return {wire.NAME: (THE_REST,)}

    def senders(self, settings: Settings, timeouts: Timeouts) -> Mapping[str, SmsProvider]:
        own = settings.of(JsonishSettings)
        sms = JsonishSms(own.jsonish_url, own.jsonish_token, own.jsonish_sender, timeouts=timeouts)
        return {wire.NAME: sms}


JSONISH = Jsonish()
