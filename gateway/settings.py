"""Every setting, read once from the environment and validated before anything starts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from itertools import combinations
from typing import ClassVar, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gateway import redis_address
from gateway.core.addresses import Network, networks_of
from gateway.core.keys import Peppers, Purpose, derive, peppers_of
from gateway.core.secret_strength import LEAST_KEY, LEAST_SECRET, weakness
from gateway.database_address import splits_a_password

DEMO = {"SECRET_KEY": "demo-secret-key", "CALLBACK_KEY": "demo"}
LOCALES = ("lo", "lo_Latn", "en")
MOST_AT_ONCE = 2
_MAKE = "Make one with: openssl rand -hex 32"
_QUIET = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")


class SettingsError(ValueError):
    """A setting is missing or wrong; the sentence names it."""


def _two(value: str) -> tuple[str, ...]:
    """A secret, or two with a comma between while one replaces the other: the newer first."""
    return tuple(part for one in value.split(",") if (part := one.strip()))


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A field is an environment variable in lower case.

    `secrets` are never shown, `urls` without their passwords; of `demo` the default is printed here
    and refused in production.
    """

    secrets: ClassVar[frozenset[str]] = frozenset()
    urls: ClassVar[frozenset[str]] = frozenset()
    demo_only: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def variables(cls) -> dict[str, str]:
        """{environment variable: field}, as docs/settings.md has them."""
        return {name.upper(): name for name in cls.__struct_fields__}


class ProviderSettings(_Part, frozen=True, kw_only=True):
    """What one provider is set up with, and CALLBACK_KEY_<NAME> and CALLBACK_ADDRESSES_<NAME>.

    `provider` is its name, `title` what people call it; `needed` must be set in production where it
    is in use; `words` say what each field means to staff. Every field has a default.
    """

    provider: ClassVar[str]
    title: ClassVar[str]
    needed: ClassVar[tuple[str, ...]] = ()
    words: ClassVar[Mapping[str, str]] = {}

    callback_key: str = ""
    callback_addresses: str = ""

    @classmethod
    def variables(cls) -> dict[str, str]:
        common = set(ProviderSettings.__struct_fields__)
        return {
            f"{name}_{cls.provider}".upper() if name in common else name.upper(): name
            for name in cls.__struct_fields__
        }

    def in_use(self, chosen: bool) -> bool:
        """Whether SMS go by it; `chosen`: it is SMS_PROVIDER."""
        return chosen

    def check(self) -> None:
        """Raises SettingsError with a sentence that names the setting."""


Own = TypeVar("Own", bound=ProviderSettings)


class Settings(_Part, frozen=True, kw_only=True):
    """What is the gateway's own; `of_providers` are the parts of its providers."""

    secrets = frozenset(
        {"secret_key", "pin_pepper", "factor_key", "callback_key", "oidc_client_secret"}
        | {"dci_signing_key"}
    )
    urls = frozenset({"database_url", "database_direct_url", "redis_url"})
    demo_only = frozenset({"secret_key", "callback_key"})

    gateway_env: Literal["demo", "production"] = "demo"
    database_url: str = "sqlite:///var/gateway.sqlite"
    database_direct_url: str = ""
    database_prepared: Literal["on", "off"] = "on"
    redis_url: str = "redis://127.0.0.1:6379/0"
    secret_key: str = DEMO["SECRET_KEY"]
    pin_pepper: str = ""
    factor_key: str = ""
    callback_key: str = DEMO["CALLBACK_KEY"]
    sms_provider: str = ""  # the first of those there are
    ussd_service_code: str = "*123#"
    ussd_ucs2_units: int = 80
    ussd_septets: int = 182
    ussd_session_seconds: int = 180
    ussd_accumulates: bool = True
    sms_batch_size: int = 100
    sms_per_second: int = 0
    claim_lease_seconds: int = 60
    sweep_seconds: int = 30
    unknown_wait_seconds: int = 900
    quiet_hours: str = "19:00-08:00"
    timezone: str = "Asia/Vientiane"
    default_locale: Literal["lo", "lo_Latn", "en"] = "lo"
    replies_per_hour: int = 10
    replies_per_day: int = 30
    hotline: str = "1234"
    public_url: str = ""
    webhook_private_addresses: Literal["no", "yes"] = "no"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    # An administrator or a health worker of some place is made by a person.
    oidc_new_role: Literal["", "viewer", "operator", "approver", "editor"] = ""
    dci_signing_key: str = ""
    retention_days: int = 1095
    connections: str = ""
    of_providers: tuple[ProviderSettings, ...] = ()

    @classmethod
    def variables(cls) -> dict[str, str]:
        names = super().variables()
        del names["OF_PROVIDERS"]
        return names

    @property
    def demo(self) -> bool:
        return self.gateway_env == "demo"

    def key(self, purpose: Purpose) -> bytes:
        """The key of one purpose, derived from SECRET_KEY."""
        return derive(self.secret_key, purpose)

    @property
    def peppers(self) -> Peppers:
        """What PINs are hashed with."""
        return peppers_of(self.secret_key, _two(self.pin_pepper))

    @property
    def factor_keys(self) -> tuple[bytes, ...]:
        """What secrets of second factors are kept under, the newest first."""
        return self.keeping_keys("factors")

    def keeping_keys(self, purpose: Literal["factors", "webhooks"]) -> tuple[bytes, ...]:
        """What secrets of a purpose are kept under, the newest first."""
        return tuple(derive(one, purpose) for one in (*_two(self.factor_key), self.secret_key))

    @property
    def calls_private(self) -> bool:
        """Whether webhooks may go to machines of one's own network, and without TLS."""
        return self.demo or self.webhook_private_addresses == "yes"

    def of(self, kind: type[Own]) -> Own:
        """A provider's part; its defaults where nothing was read."""
        return next((one for one in self.of_providers if isinstance(one, kind)), kind())

    def callback_keys(self, provider: str | None) -> tuple[str, ...]:
        """The keys that the provider's callbacks may carry, newest first: one or two."""
        own = (one.callback_key for one in self.of_providers if one.provider == provider)
        return _two(next(own, "") or self.callback_key)

    def callback_networks(self, provider: str) -> tuple[Network, ...]:
        """Where the provider's callbacks may come from; empty: anywhere. Raises ValueError."""
        own = (one.callback_addresses for one in self.of_providers if one.provider == provider)
        return networks_of(next(own, ""))

    @property
    def direct_url(self) -> str:
        """The database past a pooler, for what takes a session of its own."""
        return self.database_direct_url or self.database_url

    @property
    def prepares(self) -> bool:
        """Whether the driver may have PostgreSQL keep statements under a name."""
        return self.database_prepared == "on"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Start and end of the quiet hours, local time; None for none."""
        match = _QUIET.fullmatch(self.quiet_hours)
        if match is None:
            return None
        numbers = [int(group) for group in match.groups()]
        return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])


def read(environ: Mapping[str, str], kinds: Iterable[type[ProviderSettings]]) -> Settings:
    """The settings of `environ`, those of `kinds` of providers among them.

    Raises SettingsError with a sentence naming the setting.
    """
    parts = tuple(_convert(kind, environ) for kind in kinds)
    settings = msgspec.structs.replace(_convert(Settings, environ), of_providers=parts)
    settings = _with_its_provider(settings)
    _check_values(settings)
    _check_numbers_of_secrets(settings)
    if not settings.demo:
        _check_secrets(settings, environ)
    _check_urls(settings)
    _check_public_url(settings)
    _check_sign_in_service(settings)
    _check_networks(settings)
    for part in parts:
        part.check()
    return settings


Kind = TypeVar("Kind", bound=_Part)


def _convert(kind: type[Kind], environ: Mapping[str, str]) -> Kind:
    variables = kind.variables()
    given = {field: environ[name] for name, field in variables.items() if name in environ}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        (name,) = (name for name, field in variables.items() if field == path.rstrip("`"))
        raise SettingsError(f"{name}={environ[name]!r} is not usable: {reason}.") from None


def _with_its_provider(settings: Settings) -> Settings:
    names = [part.provider for part in settings.of_providers]
    chosen = settings.sms_provider or next(iter(names), "")
    if chosen not in names and settings.of_providers:
        raise SettingsError(f"SMS_PROVIDER={chosen!r} is not usable: there are {', '.join(names)}.")
    return msgspec.structs.replace(settings, sms_provider=chosen)


def _callback_keys(settings: Settings) -> Iterator[tuple[str, str]]:
    """(variable, value) of each."""
    yield "CALLBACK_KEY", settings.callback_key
    for part in settings.of_providers:
        yield f"CALLBACK_KEY_{part.provider.upper()}", part.callback_key


def _check_values(settings: Settings) -> None:
    minimums = {
        "ussd_ucs2_units": 40, "ussd_septets": 80, "ussd_session_seconds": 10,
        "sms_batch_size": 1, "sms_per_second": 0, "claim_lease_seconds": 2,
        "sweep_seconds": 1, "unknown_wait_seconds": 1, "retention_days": 0,
        "replies_per_hour": 1, "replies_per_day": 1,
    }  # fmt: skip
    for name, least in minimums.items():
        if getattr(settings, name) < least:
            raise SettingsError(f"{name.upper()} must be at least {least}.")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f"TIMEZONE={settings.timezone!r} is no time zone.") from None
    try:
        quiet = settings.quiet
    except ValueError:
        quiet = None
    if settings.quiet_hours and quiet is None:
        raise SettingsError("QUIET_HOURS must look like 19:00-08:00, or be empty for none.")


def _check_numbers_of_secrets(settings: Settings) -> None:
    """What is past a second comma would be left out without a word."""
    several = (("PIN_PEPPER", settings.pin_pepper), ("FACTOR_KEY", settings.factor_key))
    for name, value in (*several, *_callback_keys(settings)):
        number = len(_two(value))
        if number > MOST_AT_ONCE:
            raise SettingsError(
                f"{name} holds {number} values with commas between; at most two, the newer first."
            )


def _check_urls(settings: Settings) -> None:
    if not settings.database_url.startswith(("postgresql://", "sqlite://")):
        raise SettingsError("DATABASE_URL must look like postgresql://host/name or sqlite:///file.")
    direct = settings.database_direct_url
    if direct and not direct.startswith("postgresql://"):
        raise SettingsError("DATABASE_DIRECT_URL must look like postgresql://host/name.")
    for name, url in (("DATABASE_URL", settings.database_url), ("DATABASE_DIRECT_URL", direct)):
        if url.startswith("postgresql://") and splits_a_password(url):
            raise SettingsError(f"{name}: in a password @ is written %40, / %2F, ? %3F and # %23.")
    try:
        redis_address.check(settings.redis_url)
    except redis_address.AddressError as error:
        raise SettingsError(f"REDIS_URL: {error}.") from None


def _check_public_url(settings: Settings) -> None:
    """What security keys and single sign-on answer to."""
    try:
        parts = urlsplit(settings.public_url)
        right = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if settings.public_url and not right:
        raise SettingsError("PUBLIC_URL must look like https://console.example.la.")
    if settings.demo or not settings.public_url or parts.hostname == "localhost":
        return
    if parts.scheme != "https":
        raise SettingsError("PUBLIC_URL must begin with https:// in production.")


def _check_sign_in_service(settings: Settings) -> None:
    needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    given = [name for name in needed if getattr(settings, name)]
    for name in needed:
        if given and name not in given:
            raise SettingsError(f"{given[0].upper()} is set, so {name.upper()} must be set too.")
    if not given or settings.demo:
        return
    if not settings.oidc_issuer.startswith("https://"):
        raise SettingsError("OIDC_ISSUER must begin with https:// in production.")
    if not settings.public_url:
        raise SettingsError("OIDC_ISSUER is set, so PUBLIC_URL must be set too.")


def _check_networks(settings: Settings) -> None:
    for part in settings.of_providers:
        try:
            settings.callback_networks(part.provider)
        except ValueError as error:
            name = f"CALLBACK_ADDRESSES_{part.provider.upper()}"
            raise SettingsError(f"{name}: {error}. It must look like 192.0.2.0/24.") from None


def _check_secrets(settings: Settings, given: Mapping[str, str]) -> None:
    """In production a secret is set, cannot be guessed, and is not the one printed here."""
    needed = DEMO | dict.fromkeys(("DATABASE_URL", "REDIS_URL"), "")
    for part in settings.of_providers:
        if part.in_use(part.provider == settings.sms_provider):
            for name in part.needed:
                is_demo = name in part.demo_only
                needed[name.upper()] = getattr(type(part)(), name) if is_demo else ""
    for name, of_the_demo in needed.items():
        value = given.get(name)
        if not value:
            raise SettingsError(f"{name} must be set in production.")
        if of_the_demo and of_the_demo in {value, *_two(value)}:
            raise SettingsError(f"{name} still has the demo's value; set your own in production.")
    _check_strengths(settings)
    _check_apart(settings)


def _check_strengths(settings: Settings) -> None:
    _check_strength("SECRET_KEY", settings.secret_key, LEAST_SECRET)
    # An older pepper may be an earlier, weaker SECRET_KEY: it is checked no more.
    for pepper in _two(settings.pin_pepper)[:1]:
        _check_strength("PIN_PEPPER", pepper, LEAST_SECRET)
    for one in _two(settings.factor_key)[:1]:
        _check_strength("FACTOR_KEY", one, LEAST_SECRET)
    for name, keys in _callback_keys(settings):
        for key in _two(keys):
            _check_strength(name, key, LEAST_KEY)


def _check_strength(name: str, secret: str, least: int) -> None:
    weak = weakness(secret, least)
    if weak is not None:
        raise SettingsError(f"{name} {weak} {_MAKE}")


def _check_apart(settings: Settings) -> None:
    """Each opens something else: who learns the key in an operator's URL learns no other."""
    newest = [("SECRET_KEY", settings.secret_key)]
    newest += [("PIN_PEPPER", pepper) for pepper in _two(settings.pin_pepper)[:1]]
    newest += [("FACTOR_KEY", one) for one in _two(settings.factor_key)[:1]]
    for name, keys in _callback_keys(settings):
        newest += [(name, key) for key in _two(keys)]
    for (name, secret), (other, same) in combinations(newest, 2):
        both_of_callbacks = name.startswith("CALLBACK_KEY")
        if secret == same and not both_of_callbacks:
            raise SettingsError(
                f"{name} and {other} have the same value: each must be its own. {_MAKE}"
            )
