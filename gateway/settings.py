"""Every setting, read once from the environment and validated before anything starts."""

import re
from collections.abc import Mapping
from datetime import time
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gateway.core.addresses import Network, networks_of
from gateway.core.keys import Peppers, Purpose, derive, peppers_of

DEMO = {
    "SECRET_KEY": "demo-secret-key",
    "CALLBACK_KEY": "demo",
    "AT_USERNAME": "sandbox",
    "AT_API_KEY": "demo-api-key",
}
EXAMPLE_OPERATORS = Path(__file__).parent.parent / "deploy" / "kannel" / "operators.toml"
LOCALES = ("lo", "lo_Latn", "en")
Carrier = Literal["africastalking", "kannel"]
CARRIERS: tuple[Carrier, ...] = get_args(Carrier)
LEAST_SECRET, LEAST_KEY = 32, 16  # characters
LEAST_DIFFERENT = 8
MOST_AT_ONCE = 2
_CALLBACK_KEYS = ("callback_key", *(f"callback_key_{carrier}" for carrier in CARRIERS))
_MAKE = "Make one with: openssl rand -hex 32"
_QUIET = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")


class SettingsError(ValueError):
    """A setting is missing or wrong; the sentence names it."""


def _two(value: str) -> tuple[str, ...]:
    """A secret, or two with a comma between while one replaces the other: the newer first."""
    return tuple(part for one in value.split(",") if (part := one.strip()))


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename=str.upper):
    """Fields are the environment variables of docs/settings.md in lower case."""

    gateway_env: Literal["demo", "production"] = "demo"
    database_url: str = "sqlite:///var/gateway.sqlite"
    database_prepared: Literal["on", "off"] = "on"
    redis_url: str = "redis://127.0.0.1:6379/0"
    secret_key: str = DEMO["SECRET_KEY"]
    pin_pepper: str = ""
    callback_key: str = DEMO["CALLBACK_KEY"]
    callback_key_africastalking: str = ""
    callback_key_kannel: str = ""
    callback_addresses_africastalking: str = ""
    callback_addresses_kannel: str = ""
    sms_provider: Carrier = "africastalking"
    at_username: str = DEMO["AT_USERNAME"]
    at_api_key: str = DEMO["AT_API_KEY"]
    at_base_url: str = "https://api.africastalking.com"
    at_sender_id: str = ""
    kannel_sendsms_url: str = "http://127.0.0.1:13013/cgi-bin/sendsms"
    kannel_username: str = "gateway"
    kannel_password: str = ""
    kannel_operators: str = ""
    kannel_gateway_url: str = "http://127.0.0.1:8000"
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
    retention_days: int = 1095

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

    def callback_keys(self, provider: str | None) -> tuple[str, ...]:
        """The keys that the provider's callbacks may carry, newest first: one or two."""
        own: str = getattr(self, f"callback_key_{provider}", "")
        return _two(own or self.callback_key)

    def callback_networks(self, provider: str) -> tuple[Network, ...]:
        """Where the provider's callbacks may come from; empty: anywhere. Raises ValueError."""
        listed: str = getattr(self, f"callback_addresses_{provider}", "")
        return networks_of(listed)

    @property
    def prepares(self) -> bool:
        """Whether the driver may have PostgreSQL keep statements under a name."""
        return self.database_prepared == "on"

    @property
    def operators_file(self) -> Path:
        """The operators behind Kannel: those of `kannel_operators`, else the example's."""
        return Path(self.kannel_operators or EXAMPLE_OPERATORS)

    @property
    def routes_by_operator(self) -> bool:
        """Whether Kannel carries anything: it is the default, or its operators are named."""
        return self.sms_provider == "kannel" or bool(self.kannel_operators)

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


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of `environ`; raises SettingsError with a sentence naming the setting."""
    known = {field.encode_name for field in msgspec.structs.fields(Settings)}
    given = {name: value for name, value in environ.items() if name in known}
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error), given)) from None
    _check_values(settings)
    _check_numbers_of_secrets(settings)
    if not settings.demo:
        _check_secrets(settings, given)
    _check_urls(settings)
    _check_networks(settings)
    return settings


def _sentence(error: str, given: Mapping[str, str]) -> str:
    reason, _, path = error.partition(" - at `$.")
    name = path.rstrip("`")
    return f"{name}={given.get(name, '')!r} is not usable: {reason}."


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
    for name in ("pin_pepper", *_CALLBACK_KEYS):
        number = len(_two(getattr(settings, name)))
        if number > MOST_AT_ONCE:
            raise SettingsError(
                f"{name.upper()} holds {number} values with commas between; at most two, "
                "the newer first."
            )


def _check_urls(settings: Settings) -> None:
    if not settings.database_url.startswith(("postgresql://", "sqlite://")):
        raise SettingsError("DATABASE_URL must look like postgresql://host/name or sqlite:///file.")
    if not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("REDIS_URL must look like redis://host:port/0.")
    at = urlsplit(settings.at_base_url)
    if at.scheme not in {"https", "http"} or not at.netloc or at.path not in {"", "/"}:
        raise SettingsError("AT_BASE_URL must look like https://host, without a path.")


def _check_networks(settings: Settings) -> None:
    for carrier in CARRIERS:
        try:
            settings.callback_networks(carrier)
        except ValueError as error:
            name = f"CALLBACK_ADDRESSES_{carrier.upper()}"
            raise SettingsError(f"{name}: {error}. It must look like 192.0.2.0/24.") from None


def _check_secrets(settings: Settings, given: Mapping[str, str]) -> None:
    """In production a secret is set, cannot be guessed, and is not the one printed here."""
    needed = ["SECRET_KEY", "CALLBACK_KEY", "DATABASE_URL", "REDIS_URL"]
    if settings.sms_provider == "africastalking":
        needed += ["AT_USERNAME", "AT_API_KEY"]
    if settings.routes_by_operator:
        needed += ["KANNEL_USERNAME", "KANNEL_PASSWORD"]
    for name in needed:
        if not given.get(name):
            raise SettingsError(f"{name} must be set in production.")
        if name in DEMO and DEMO[name] in {given[name], *_two(given[name])}:
            raise SettingsError(f"{name} still has the demo's value; set your own in production.")
    _check_strengths(settings)
    _check_apart(settings)


def _check_strengths(settings: Settings) -> None:
    _check_strength("SECRET_KEY", settings.secret_key, LEAST_SECRET)
    # An older pepper may be an earlier, weaker SECRET_KEY: it is checked no more.
    for pepper in _two(settings.pin_pepper)[:1]:
        _check_strength("PIN_PEPPER", pepper, LEAST_SECRET)
    for name in _CALLBACK_KEYS:
        for key in _two(getattr(settings, name)):
            _check_strength(name.upper(), key, LEAST_KEY)


def _check_strength(name: str, secret: str, least: int) -> None:
    """Long enough, no piece repeated, and no guess of dictionaries, keyboards or sequences."""
    if len(secret) < least:
        raise SettingsError(f"{name} must have at least {least} characters in production. {_MAKE}")
    if len(set(secret)) < LEAST_DIFFERENT or secret in (secret + secret)[1:-1]:
        raise SettingsError(
            f"{name} is too easy to guess: it is a few characters, or one piece, over and over. "
            f"{_MAKE}"
        )
    if _guesses(secret[:least]) < least / 2:
        raise SettingsError(
            f"{name} is too easy to guess: it is a known word, or characters that follow one "
            f"another in the alphabet or on a keyboard. {_MAKE}"
        )


def _guesses(secret: str) -> float:
    """How many are needed, as a power of ten."""
    # Half a second and 13 MB that only production needs.
    from zxcvbn import zxcvbn  # noqa: PLC0415 - see above

    return float(zxcvbn(secret)["guesses_log10"])


def _check_apart(settings: Settings) -> None:
    """Each opens something else: who learns the key in an operator's URL learns no other."""
    newest = [("SECRET_KEY", settings.secret_key)]
    newest += [("PIN_PEPPER", pepper) for pepper in _two(settings.pin_pepper)[:1]]
    for name in _CALLBACK_KEYS:
        newest += [(name.upper(), key) for key in _two(getattr(settings, name))]
    for (name, secret), (other, same) in combinations(newest, 2):
        both_of_callbacks = name.startswith("CALLBACK_KEY")
        if secret == same and not both_of_callbacks:
            raise SettingsError(
                f"{name} and {other} have the same value: each must be its own. {_MAKE}"
            )
