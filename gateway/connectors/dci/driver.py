"""The driver as connections.toml knows it."""

from dataclasses import replace

from gateway.connectors.dci.asking import Asker
from gateway.connectors.dci.remote_keys import RemoteKeys
from gateway.connectors.dci.settings import DciSettings
from gateway.connectors.dci.source import DciSource
from gateway.connectors.driver import Driver, Ground
from gateway.connectors.file import ConnectionsError, secret_of
from gateway.core.dci.keys import KeyRefusedError, public_keys_of_pem, signing_keys_of
from gateway.core.dci.mapping import MappingError, record_map
from gateway.core.dci.signatures import KINDS
from gateway.secret_files import with_files
from gateway.settings import SettingsError

SIGNING_KEY = "DCI_SIGNING_KEY"


def make(settings: DciSettings, ground: Ground) -> DciSource:
    """Raises ConnectionsError where the keys of the file, or a secret, are missing or wrong."""
    _check(settings, ground.name)
    key, variable = (
        ("client_secret_env", settings.client_secret_env)
        if settings.token_url
        else ("token_env", settings.token_env)
    )
    try:
        secrets = with_files(ground.secrets, {variable, SIGNING_KEY})
        known = public_keys_of_pem(settings.public_key) if settings.public_key else ()
        signing = signing_keys_of(secrets[SIGNING_KEY]) if secrets.get(SIGNING_KEY) else ()
        mapped = record_map(settings.columns, settings.values, settings.constants)
    except (SettingsError, KeyRefusedError, MappingError) as error:
        raise ConnectionsError(f"{ground.name}: {error}.") from None
    kinds = KINDS[settings.signature]
    if kinds and not any(one.kind in kinds for one in signing):
        raise ConnectionsError(
            f"{ground.name}: signature={settings.signature!r} needs a key in {SIGNING_KEY}."
        )
    asker = Asker(
        settings=settings,
        secret=secret_of(replace(ground, secrets=secrets), key, variable),
        signing=signing,
        known=known,
        now=ground.now,
        keys=RemoteKeys(),
    )
    return DciSource(asker, mapped)


def _check(settings: DciSettings, name: str) -> None:
    if bool(settings.token_env) is bool(settings.token_url):
        raise ConnectionsError(f"{name}: set token_env or token_url, one of them.")
    if settings.token_url and not (settings.client_id and settings.client_secret_env):
        raise ConnectionsError(f"{name}: token_url needs client_id and client_secret_env.")
    if settings.signature != "none" and bool(settings.jwks_url) is bool(settings.public_key):
        raise ConnectionsError(f"{name}: set jwks_url or public_key, one of them.")


DRIVER = Driver(name="dci", title="DCI", settings=DciSettings, make=make)
