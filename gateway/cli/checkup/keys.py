"""Keys that can be lost with another, and keys that nobody needs any more."""

from collections.abc import Iterator

from gateway.cli.checkup.examining import Installation
from gateway.core.findings import Finding, warning
from gateway.registry.pins import count_older
from gateway.settings import Settings
from gateway.staff.factors.authenticator import tag_of
from gateway.staff.factors.store import count_apps

_REPLACING = "docs/operating.md, Replacing a key."


def keys(installation: Installation) -> Iterator[Finding]:
    settings = installation.settings
    with installation.database.reading() as connection:
        older = count_older(connection, settings.peppers)
        apps, older_apps = count_apps(connection, tag_of(settings.factor_keys[0]))
    for trouble in secret_troubles(settings, older) + factor_troubles(settings, apps, older_apps):
        yield warning(trouble, _REPLACING)


def factor_troubles(settings: Settings, apps: int, older: int) -> list[str]:
    """A sentence each; of the authenticator `apps`, `older` are not under the newest key."""
    if apps and not settings.factor_key and not settings.demo:
        return [
            "FACTOR_KEY is empty: second factors are under a key made of SECRET_KEY, and changing "
            "SECRET_KEY loses them all. Set FACTOR_KEY to one of its own (openssl rand -hex 32); "
            "what was set up until now stays valid."
        ]
    if "," in settings.factor_key and not older:
        return [
            "FACTOR_KEY holds an older key that no app needs any more: take it out. Recovery codes "
            "that were made under it are void then."
        ]
    return []


def secret_troubles(settings: Settings, older_pins: int) -> list[str]:
    """A sentence each; `older_pins` are hashed with another pepper than the newest."""
    found = []
    if not settings.pin_pepper and not settings.demo:
        found.append(
            "PIN_PEPPER is empty: PINs are hashed with a key made of SECRET_KEY, and changing "
            "SECRET_KEY loses every PIN. Set one of its own (openssl rand -hex 32); PINs set "
            "until now stay valid."
        )
    if "," in settings.pin_pepper:
        found.append(
            f"PIN_PEPPER holds an older pepper, which {older_pins} PINs still need."
            if older_pins
            else "PIN_PEPPER holds an older pepper that no PIN needs any more: take it out."
        )
    return found
