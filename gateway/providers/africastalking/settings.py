"""The account at Africa's Talking."""

from types import MappingProxyType
from urllib.parse import urlsplit

from gateway.core.texts import _
from gateway.providers.africastalking.wire import NAME
from gateway.settings import ProviderSettings, SettingsError


class AfricasTalkingSettings(ProviderSettings, frozen=True, kw_only=True):
    provider = NAME
    title = "Africa's Talking"
    secrets = frozenset({"at_api_key"})
    demo_only = frozenset({"at_username", "at_api_key"})
    needed = ("at_username", "at_api_key")
    words = MappingProxyType(
        {
            "at_username": _("Account at Africa's Talking"),
            "at_api_key": _("Key of that account"),
            "at_base_url": _("Address of Africa's Talking"),
            "at_sender_id": _("Registered sender of SMS"),
        }
    )

    at_username: str = "sandbox"
    at_api_key: str = "demo-api-key"
    at_base_url: str = "https://api.africastalking.com"
    at_sender_id: str = ""

    def check(self) -> None:
        url = urlsplit(self.at_base_url)
        if url.scheme not in {"https", "http"} or not url.netloc or url.path not in {"", "/"}:
            raise SettingsError("AT_BASE_URL must look like https://host, without a path.")
