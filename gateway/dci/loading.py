"""The partners of this installation: the file of CONNECTIONS, its secrets, this service's keys."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.core.dci.keys import KeyRefusedError, signing_keys_of
from gateway.dci.partners import Partners, PartnersError, partners_of
from gateway.secret_files import with_files
from gateway.settings import Settings, SettingsError

LARGEST_FILE = 1024 * 1024  # octets


def read_partners(settings: Settings, environ: Mapping[str, str]) -> Partners:
    """Those of the file that CONNECTIONS names; nobody without one. Raises SettingsError."""
    try:
        signing = signing_keys_of(settings.dci_signing_key) if settings.dci_signing_key else ()
    except KeyRefusedError as error:
        raise SettingsError(f"DCI_SIGNING_KEY: {error}.") from None
    document = _read(settings.connections) if settings.connections else {}
    try:
        return partners_of(document, with_files(environ, _variables(document)), signing)
    except PartnersError as error:
        raise SettingsError(f"CONNECTIONS={settings.connections!r}: {error}.") from None


def _read(path: str) -> dict[str, Any]:
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise SettingsError(f"CONNECTIONS={path!r} is too large.")
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        if isinstance(error, SettingsError):
            raise
        reason = error.strerror if isinstance(error, OSError) else f"is no TOML ({error})"
        raise SettingsError(f"CONNECTIONS={path!r}: {reason}.") from None


def _variables(document: Mapping[str, Any]) -> set[str]:
    """Those that partners name for their tokens."""
    described = document.get("partners")
    about = described.values() if isinstance(described, dict) else ()
    named = [
        one[key] for one in about if isinstance(one, dict)
        for key in ("token_env", "callback_token_env") if isinstance(one.get(key), str) and one[key]
    ]  # fmt: skip
    return set(named)
