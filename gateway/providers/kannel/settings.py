"""Where Kannel is, and the file of the operators behind it."""

from pathlib import Path
from types import MappingProxyType

from gateway.core.texts import _
from gateway.providers.kannel.operators import FAMILY
from gateway.settings import ProviderSettings

EXAMPLE_OPERATORS = Path(__file__).parents[3] / "deploy" / "kannel" / "operators.toml"


class KannelSettings(ProviderSettings, frozen=True, kw_only=True):
    provider = FAMILY
    title = "Kannel"
    secrets = frozenset({"kannel_password"})
    urls = frozenset({"kannel_sendsms_url"})
    needed = ("kannel_username", "kannel_password")
    words = MappingProxyType(
        {
            "kannel_sendsms_url": _("Address of Kannel"),
            "kannel_username": _("Account at Kannel"),
            "kannel_password": _("Password of that account"),
            "kannel_operators": _("File of the operators behind Kannel"),
            "kannel_gateway_url": _("Where Kannel brings its receipts"),
        }
    )

    kannel_sendsms_url: str = "http://127.0.0.1:13013/cgi-bin/sendsms"
    kannel_username: str = "gateway"
    kannel_password: str = ""
    kannel_operators: str = ""
    kannel_gateway_url: str = "http://127.0.0.1:8000"

    @property
    def operators_file(self) -> Path:
        """The operators behind Kannel: those of `kannel_operators`, else the example's."""
        return Path(self.kannel_operators or EXAMPLE_OPERATORS)

    def in_use(self, chosen: bool) -> bool:
        """It is the default, or its operators are named."""
        return chosen or bool(self.kannel_operators)
