"""Reading the settings: a secret is never shown."""

from typing import Any
from urllib.parse import urlsplit

from gateway.console.kit.language import gettext
from gateway.core.texts import _
from gateway.settings import DEMO, Settings

SECRETS = frozenset(
    {
        "secret_key",
        "pin_pepper",
        "callback_key",
        "callback_key_africastalking",
        "callback_key_kannel",
        "at_api_key",
        "kannel_password",
    }
)


ADDRESSES = frozenset({"database_url", "redis_url", "kannel_sendsms_url"})


def shown(found: Settings, name: str) -> str:
    """The value as it may be seen: of a secret only whether there is one, of an address no
    password."""
    value: Any = getattr(found, name)
    if name in SECRETS:
        return gettext(_secrecy(name, value))
    if name in ADDRESSES:
        return without_password(value)
    if isinstance(value, bool):
        return gettext(_("yes") if value else _("no"))
    return str(value) if value != "" else gettext(_("empty"))


def without_password(address: str) -> str:
    """`postgresql://gateway:•••@db/gateway`"""
    password = urlsplit(address).password
    return address.replace(f":{password}@", ":•••@") if password else address


def _secrecy(name: str, value: str) -> str:
    if not value:
        return _("empty")
    return _("the demo's") if DEMO.get(name.upper()) == value else _("set, not shown")
