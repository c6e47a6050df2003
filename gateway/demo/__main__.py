"""Prepare var/, then run web server, workers, scheduler, simulator and Valkey under circus."""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from sqlalchemy.exc import SQLAlchemyError

from gateway.demo.environment import VAR, claim_checkout, is_demo, write_demo_defaults
from gateway.demo.ports import free_port, is_free, wait_for_answer
from gateway.demo.processes import supervise
from gateway.providers.known import read_settings
from gateway.redis_client import connect
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.registry.migrate import LockedError, upgrade
from gateway.settings import Settings, SettingsError
from gateway.staff.demo import ensure_demo_staff


def main() -> None:
    given = {"PORT": "8000", **os.environ}
    defaults = _defaults(given["PORT"])
    try:
        _check_number(given["PORT"])
        claimed = claim_checkout(f"http://127.0.0.1:{given['PORT']}/")
        environ, settings = settle(given, defaults)
        _empty(VAR / "metrics")
        logins = load(settings)
    except SettingsError as error:
        sys.exit(str(error))
    if settings.demo:
        write_demo_defaults(defaults)
    links = (environ["PORT"], settings, logins)
    Thread(target=_print_links, args=links, daemon=True).start()
    with claimed:
        supervise(environ, embedded_redis="REDIS_URL" not in given)


def settle(
    given: Mapping[str, str], defaults: Mapping[str, str]
) -> tuple[dict[str, str], Settings]:
    """What every process gets: what is `given` wins. Raises SettingsError with a sentence."""
    environ = {**defaults, **given} if is_demo(given) else dict(given)
    environ.setdefault("PROMETHEUS_MULTIPROC_DIR", defaults["PROMETHEUS_MULTIPROC_DIR"])
    settings = read_settings(environ)
    _check_port(environ["PORT"])
    try:
        connect(settings.redis_url).close()
    except ValueError:
        raise SettingsError("REDIS_URL: it must look like redis://host:port/0.") from None
    return environ, settings


def _defaults(port: str) -> dict[str, str]:
    """What the demo needs that nobody has set; ports are new each time, the rest stays."""
    simulator = free_port()
    return {
        "PORT": port,
        "DATABASE_URL": f"sqlite:///{VAR / 'gateway.sqlite'}",
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "AT_BASE_URL": f"http://127.0.0.1:{simulator}",
        "SIMULATOR_PORT": str(simulator),
        "PROMETHEUS_MULTIPROC_DIR": str(VAR / "metrics"),
        "QUIET_HOURS": "",  # whoever tries the demo at night wants to see the SMS too
    }


def _check_number(port: str) -> None:
    if not (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
        raise SettingsError(f"PORT={port!r} is no port.")


def _check_port(port: str) -> None:
    _check_number(port)
    if not is_free(int(port)):
        raise SettingsError(f"PORT={port} is taken: something else listens there.")


def _empty(metrics: Path) -> None:
    """Without the counts of processes that are gone."""
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)


def load(settings: Settings) -> dict[str, str]:
    """The newest schema, and in demo mode its people; raises SettingsError with a sentence.

    Returns the demo's logins for the console, {email: password}.
    """
    try:
        upgrade(settings.database_url, prepared=settings.prepares)
        return _load_demo(settings) if settings.demo else {}
    except (SQLAlchemyError, LockedError) as error:
        raise SettingsError(
            f"DATABASE_URL names a database that cannot be used: {type(error).__name__}."
        ) from None


def _load_demo(settings: Settings) -> dict[str, str]:
    database = Database(settings.database_url, prepared=settings.prepares)
    now = datetime.now(UTC)
    today = now.astimezone(settings.zone).date()
    load_demo(database, peppers=settings.peppers, on=today)
    logins = ensure_demo_staff(database, now)
    database.dispose()
    return logins


def _print_links(port: str, settings: Settings, logins: Mapping[str, str]) -> None:
    """Once the first page would be there: a link that is refused is no welcome."""
    base = f"http://127.0.0.1:{port}"
    print("Starting...", flush=True)  # noqa: T201
    wait_for_answer(int(port))
    phone = [f"phone    {base}/phone/     dial {settings.ussd_service_code}"]
    lines = [
        *(phone if settings.demo else []),
        f"console  {base}/console/",
        *(f"         {email:<18} {password}" for email, password in logins.items()),
        f"health   {base}/readyz",
        f"logs     {VAR / 'log'}",
        "Ctrl-C stops everything; the data stays in var/.",
    ]
    print("\n".join(["", *lines, ""]), flush=True)  # noqa: T201 - this is what the person sees


if __name__ == "__main__":
    main()
