"""The providers of this gateway: a new one is a folder beside this file, and a line here."""

from collections.abc import Iterable, Mapping

from gateway.providers.africastalking.provider import AfricasTalking
from gateway.providers.kannel.provider import Kannel
from gateway.providers.provider import Provider
from gateway.secret_files import may_be_files, with_files
from gateway.settings import Settings, read

PROVIDERS: tuple[Provider, ...] = (AfricasTalking(), Kannel())


def read_settings(
    environ: Mapping[str, str], providers: Iterable[Provider] = PROVIDERS
) -> Settings:
    """Every setting, the providers' too; raises SettingsError with a sentence that names it."""
    kinds = [one.settings for one in providers]
    return read(with_files(environ, may_be_files(kinds)), kinds)
