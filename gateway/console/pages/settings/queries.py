"""Reading the settings: a secret is never shown."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.console.kit.language import gettext
from gateway.console.pages.settings.words import CONNECTIONS, GROUPS, OF_A_PROVIDER
from gateway.core.texts import _
from gateway.settings import ProviderSettings, Settings

Row = tuple[str, str, str]  # variable, meaning, value
_PASSWORD_OF_USER = re.compile(r"^([a-z+]+://[^/?@:]*):[^/?]+@")
_PASSWORD_OF_QUERY = re.compile(r"([?&]\w*password=)[^&]+")


def read_groups(found: Settings, kinds: Iterable[type[ProviderSettings]]) -> dict[str, list[Row]]:
    """{heading: rows}; those of the `kinds` of providers are connections."""
    groups = {heading: _rows(found, words) for heading, words in GROUPS.items()}
    for kind in kinds:
        groups[CONNECTIONS] += _rows(found.of(kind), kind.words)
        groups[CONNECTIONS] += _rows(found.of(kind), OF_A_PROVIDER, provider=kind.title)
    return groups


def _rows(part: Settings | ProviderSettings, words: Mapping[str, str], **named: str) -> list[Row]:
    variables = {field: name for name, field in part.variables().items()}
    return [
        (variables[field], gettext(meaning, **named), _shown(part, field))
        for field, meaning in words.items()
    ]


def _shown(part: Settings | ProviderSettings, field: str) -> str:
    """The value as it may be seen: of a secret only whether there is one, of an URL no password."""
    value: Any = getattr(part, field)
    if field in {*part.secrets, "callback_key"}:
        return gettext(_secrecy(part, field, value))
    if field in part.urls:
        return without_password(value)
    if isinstance(value, bool):
        return gettext(_("yes") if value else _("no"))
    return str(value) if value != "" else gettext(_("empty"))


def without_password(address: str) -> str:
    """`postgresql://gateway:•••@db/gateway`, whatever else is odd about the address"""
    hidden = _PASSWORD_OF_USER.sub(r"\1:•••@", address)
    return _PASSWORD_OF_QUERY.sub(r"\1•••", hidden)


def _secrecy(part: Settings | ProviderSettings, field: str, value: str) -> str:
    if not value:
        return _("empty")
    of_the_demo = field in part.demo_only and value == getattr(type(part)(), field)
    return _("the demo's") if of_the_demo else _("set, not shown")
